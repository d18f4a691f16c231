import { formatDate } from "../../lib/format.ts";
import { t } from "../../lib/strings.ts";
import type { Compared } from "./pane.tsx";

/** Under each image what it is; the first column belongs to the left or upper one. */
export function Captions({ images, mirrored }: { images: Compared; mirrored: boolean }) {
  return (
    <dl class="grid shrink-0 grid-cols-2 gap-4 px-3 py-3">
      {images.map(({ data }, index) => (
        <div key={index} class={`min-w-0 ${index === 1 && mirrored ? "text-right" : ""}`}>
          <dt class="sr-only">{index === 0 ? t.compare.left : t.compare.right}</dt>
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
        </div>
      ))}
    </dl>
  );
}
