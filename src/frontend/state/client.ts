import { QueryClient } from "@tanstack/preact-query";
import { ApiError } from "../api/http.ts";

const MOST_RETRIES = 2;

/** Live events keep what is cached fresh, so nothing goes stale by age or by focus. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      networkMode: "always",
      retry: (failures, error) => failures < MOST_RETRIES && isTransient(error),
    },
    mutations: { networkMode: "always" },
  },
});

function isTransient(error: Error): boolean {
  return !(error instanceof ApiError) || error.status === 0 || error.status >= 502;
}
