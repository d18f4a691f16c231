import { formatDate } from "../../lib/format.ts";
import { t } from "../../lib/strings.ts";
import type { Compared } from "./pane.tsx";

interface CaptionProps {
  image: Compared[number];
  /** The left or upper one. */
  first: boolean;
}

/** What an image is; it stands below it. */
export function Caption({ image: { data }, first }: CaptionProps) {
  return (
    <dl class="min-w-0 shrink-0">
      <dt class="sr-only">{first ? t.compare.left : t.compare.right}</dt>
      <dd>
        <p dir="auto" class="truncate" title={data?.prompt}>
          {data ? data.prompt || t.image.untitled : "\u00a0"}
        </p>
        <p class="truncate text-soft text-xs">
          {data
            ? [
                `${data.width} × ${data.height}`,
                data.model === "upload" ? t.viewer.uploaded : data.model,
                formatDate(data.createdAt),
              ].join(" · ")
            : "\u00a0"}
        </p>
      </dd>
    </dl>
  );
}

/** Of images that lie over each other: each caption on the side where its image is seen. */
export function Captions({ images: [left, right] }: { images: Compared }) {
  return (
    <div class="grid shrink-0 grid-cols-2 gap-4 p-3">
      <Caption image={left} first />
      <div class="min-w-0 text-right">
        <Caption image={right} first={false} />
      </div>
    </div>
  );
}
