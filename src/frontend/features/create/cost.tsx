import type { ModelInfo } from "../../api/types.gen.ts";
import { estimateFor, formatDollars } from "../../lib/cost.ts";
import type { Options } from "../../lib/options.ts";
import { t } from "../../lib/strings.ts";

interface CostProps {
  model: ModelInfo;
  options: Options;
  count: number;
}

/** What a press is about to cost, as far as that is known. */
export function Cost({ model, options, count }: CostProps) {
  if (model.offline) return null;
  const text = costText({ model, options, count });
  return (
    <p
      class="text-soft text-xs max-sm:pl-2 sm:text-right"
      {...(text !== t.cost.unknown && { title: t.cost.hint })}
    >
      {text}
    </p>
  );
}

function costText({ model, options, count }: CostProps): string {
  const estimate = estimateFor(model, options);
  if (!estimate) return t.cost.unknown;
  const { least, most } = estimate;
  if (least === most) {
    const price = formatDollars(most * count);
    return count > 1 ? t.cost.all(price, count) : t.cost.one(price);
  }
  const range = `${formatDollars(least)}–${formatDollars(most).slice(1)}`;
  return count > 1 ? t.cost.each(range) : t.cost.one(range);
}
