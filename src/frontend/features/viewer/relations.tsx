import { ImageOff } from "lucide-preact";
import type { ComponentChildren } from "preact";
import type { ImageDetail } from "../../api/types.gen.ts";
import { t } from "../../lib/strings.ts";
import { showInViewer } from "../../state/route.ts";

/** Where the image came from and what became of it. */
export function Relations({ detail: { sources, lineage } }: { detail: ImageDetail }) {
  return (
    <>
      {sources.length > 0 && (
        <Strip title={t.viewer.sources}>
          {sources.map((source, index) => (
            <SourceThumb key={source.id ?? index} source={source} name={t.viewer.source(index + 1)} />
          ))}
        </Strip>
      )}
      {lineage.edits.length > 0 && (
        <Strip title={t.viewer.edits}>
          {lineage.edits.map((edit) => (
            <button
              key={edit.id}
              type="button"
              aria-label={edit.prompt}
              onClick={() => showInViewer(edit.id)}
            >
              <SmallThumb src={edit.thumb} />
            </button>
          ))}
        </Strip>
      )}
    </>
  );
}

function Strip({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="mt-5">
      <h3 class="mb-1.5 text-soft text-xs">{title}</h3>
      <div class="flex flex-wrap gap-1">{children}</div>
    </section>
  );
}

function SourceThumb({ source, name }: { source: ImageDetail["sources"][number]; name: string }) {
  const { id, kind, thumb, full } = source;
  if (!thumb) {
    return (
      <span
        role="img"
        aria-label={t.viewer.sourceGone}
        title={t.viewer.sourceGone}
        class="flex size-16 items-center justify-center rounded-lg bg-fill text-soft"
      >
        <ImageOff size={18} aria-hidden="true" />
      </span>
    );
  }
  if (kind === "image" && id) {
    return (
      <button type="button" aria-label={name} onClick={() => showInViewer(id)}>
        <SmallThumb src={thumb} />
      </button>
    );
  }
  return full ? (
    <a href={full} target="_blank" rel="noreferrer" aria-label={name}>
      <SmallThumb src={thumb} />
    </a>
  ) : (
    <SmallThumb src={thumb} />
  );
}

function SmallThumb({ src }: { src: string }) {
  return <img src={src} alt="" class="size-16 rounded-lg bg-fill object-cover" />;
}
