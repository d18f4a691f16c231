import { Copy, X } from "lucide-preact";
import type { ComponentChildren } from "preact";
import type { ImageDetail, Item } from "../../api/types.gen.ts";
import { formatDollars } from "../../lib/cost.ts";
import { formatBytes, formatDate, formatName, formatSize } from "../../lib/format.ts";
import { t } from "../../lib/strings.ts";
import { notify, notifyError } from "../../state/toasts.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Relations } from "./relations.tsx";

interface DetailsProps {
  item: Item;
  detail: ImageDetail | undefined;
  onClose: () => void;
}

/** Everything known about the image; what the grid already had is there before the rest arrives. */
export function Details({ item, detail, onClose }: DetailsProps) {
  return (
    <aside
      aria-label={t.viewer.details}
      class="max-h-[50dvh] shrink-0 overflow-y-auto rounded-t-xl border-line border-t bg-panel p-4 lg:max-h-none lg:w-80 lg:rounded-none lg:border-t-0 lg:border-l"
    >
      <div class="-mt-2 flex items-center justify-between lg:mt-0 lg:mb-3">
        <h2 class="font-medium">{t.viewer.details}</h2>
        <IconButton label={t.nav.closeDetails} class="-mr-3 lg:hidden" onClick={onClose}>
          <X size={18} aria-hidden="true" />
        </IconButton>
      </div>
      <Prompt text={item.prompt} />
      <dl class="mt-5 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
        <Fact name={t.viewer.model}>{item.model === "upload" ? t.viewer.uploaded : item.model}</Fact>
        <Fact name={t.viewer.size}>{`${item.width} × ${item.height}`}</Fact>
        <Fact name={t.viewer.created}>{formatDate(item.createdAt)}</Fact>
        {detail && (
          <Fact name={t.viewer.file}>{`${formatName(detail.format)}, ${formatBytes(detail.bytes)}`}</Fact>
        )}
        {detail?.costTokens != null && (
          <Fact name={t.viewer.tokens}>{detail.costTokens.toLocaleString("en")}</Fact>
        )}
        {detail?.cost != null && <Fact name={t.viewer.cost}>{formatDollars(detail.cost)}</Fact>}
      </dl>
      {detail && <Params params={detail.params} />}
      {detail && <Relations detail={detail} />}
    </aside>
  );
}

function Prompt({ text }: { text: string }) {
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => notify(t.done.copied),
      (error: unknown) => notifyError(t.failed.copy, error),
    );
  return (
    <section>
      <div class="flex items-center justify-between">
        <h3 class="text-soft text-xs">{t.viewer.prompt}</h3>
        <Button tone="quiet" class="-mr-2 px-2! text-xs" onClick={copy}>
          <Copy size={14} aria-hidden="true" />
          {t.viewer.copy}
        </Button>
      </div>
      <p dir="auto" class="wrap-anywhere max-h-40 overflow-y-auto lg:max-h-64 whitespace-pre-wrap">
        {text || t.image.untitled}
      </p>
    </section>
  );
}

function Params({ params }: { params: ImageDetail["params"] }) {
  const entries = Object.entries(params);
  if (entries.length === 0) return null;
  return (
    <section class="mt-5">
      <h3 class="mb-1.5 text-soft text-xs">{t.viewer.params}</h3>
      <dl class="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
        {entries.map(([name, value]) => (
          <Fact key={name} name={t.viewer.paramNames[name] ?? name}>
            {paramText(name, value)}
          </Fact>
        ))}
      </dl>
    </section>
  );
}

/** An option of the model in words; anything else as it is. */
function paramText(name: string, value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  if (name === "outputFormat") return formatName(value);
  return name in t.options ? formatSize(value) : value;
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <>
      <dt class="text-soft">{name}</dt>
      <dd class="wrap-anywhere text-right">{children}</dd>
    </>
  );
}
