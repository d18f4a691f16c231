import { useMemo, useRef, useState } from "preact/hooks";
import type { Item } from "../../api/types.gen.ts";
import { flatten } from "../../lib/pages.ts";
import { t } from "../../lib/strings.ts";
import { editImage } from "../../state/draft.ts";
import { useJobs } from "../../state/queries.ts";
import { Header } from "../shell/header.tsx";
import { DeleteConfirm } from "../viewer/delete-confirm.tsx";
import { Viewer } from "../viewer/viewer.tsx";
import { Composer } from "./composer.tsx";
import { Jobs } from "./jobs.tsx";

const nothing = () => undefined;

export function CreatePage() {
  const jobs = useJobs();
  const form = useRef<HTMLDivElement>(null);
  const [doomed, setDoomed] = useState<Item | null>(null);
  const images = useMemo(
    () =>
      flatten(
        (jobs.data?.items ?? []).map((job) => ({ items: job.images, nextCursor: null, prevCursor: null })),
      ),
    [jobs.data],
  );
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
      {doomed && <DeleteConfirm item={doomed} onClose={() => setDoomed(null)} />}
      <Viewer items={images} hasMore={false} loadMore={nothing} onEdit={editImage} onDelete={setDoomed} />
    </>
  );
}
