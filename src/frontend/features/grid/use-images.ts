import { useCallback, useMemo } from "preact/hooks";
import type { GalleryFilter } from "../../api/images.ts";
import { flatten } from "../../lib/pages.ts";
import { setHolding } from "../../state/arrivals.ts";
import { useGallery } from "../../state/queries.ts";

/** The images of one filter as a single list that grows on demand. */
export function useImages(filter: GalleryFilter) {
  const query = useGallery(filter);
  const items = useMemo(() => flatten(query.data?.pages ?? []), [query.data]);
  const { fetchNextPage, refetch } = query;
  const loadMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const onAway = useCallback((away: boolean) => setHolding(filter, away), [filter]);
  return {
    items,
    loaded: query.data !== undefined,
    hasMore: query.hasNextPage,
    loading: query.isFetching,
    error: query.error,
    reload: () => void refetch(),
    loadMore,
    onAway,
  };
}

export type Images = ReturnType<typeof useImages>;
