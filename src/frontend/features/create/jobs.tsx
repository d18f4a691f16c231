import type { UseQueryResult } from "@tanstack/preact-query";
import { ApiError } from "../../api/http.ts";
import type { JobList } from "../../api/types.gen.ts";
import { t } from "../../lib/strings.ts";
import { useNow } from "../../ui/now.ts";
import { Retry } from "../../ui/retry.tsx";
import { JobCard } from "./job-card.tsx";

interface JobsProps {
  query: UseQueryResult<JobList>;
  /** After a job's prompt went back to the prompt form. */
  onReuse: () => void;
}

/** Pending and recent jobs, newest first. */
export function Jobs({ query: { data, error, refetch }, onReuse }: JobsProps) {
  const now = useNow();
  if (!data && error) {
    const detail = error instanceof ApiError ? error.message : "";
    return <Retry text={t.jobs.failedLoad} detail={detail} onRetry={() => void refetch()} />;
  }
  if (!data) return null;
  if (data.items.length === 0) {
    return <p class="px-6 py-12 text-center text-soft">{t.jobs.empty}</p>;
  }
  return (
    <section>
      <h2 class="mb-1 px-1 font-medium">{t.jobs.title}</h2>
      <ul aria-label={t.jobs.label} class="divide-y divide-line">
        {data.items.map((job) => (
          <JobCard key={job.id} job={job} now={now} onReuse={onReuse} />
        ))}
      </ul>
    </section>
  );
}
