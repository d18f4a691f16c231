import { useMemo, useRef } from "preact/hooks";
import { t } from "../../lib/strings.ts";
import { editImage } from "../../state/draft.ts";
import { useJobs } from "../../state/queries.ts";
import { Header } from "../shell/header.tsx";
import { listOf } from "../viewer/list.ts";
import { Viewer } from "../viewer/viewer.tsx";
import { Composer } from "./composer.tsx";
import { Jobs } from "./jobs.tsx";

export function CreatePage() {
  const jobs = useJobs();
  const form = useRef<HTMLDivElement>(null);
  const list = useMemo(() => listOf((jobs.data?.items ?? []).flatMap((job) => job.images)), [jobs.data]);
  return (
    <>
      <Header title={t.nav.create} />
      <div data-scroller class="min-h-0 flex-1 overflow-y-auto">
        <div class="mx-auto flex max-w-3xl flex-col gap-8 p-3 pb-24 md:px-6 md:py-8">
          <div ref={form}>
            <Composer />
          </div>
          <Jobs query={jobs} onReuse={() => form.current?.querySelector("textarea")?.focus()} />
        </div>
      </div>
      <Viewer list={list} onEdit={editImage} />
    </>
  );
}
