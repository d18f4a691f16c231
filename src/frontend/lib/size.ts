import type { ModelInfo } from "../api/types.gen.ts";
import { t } from "./strings.ts";

type Rule = NonNullable<ModelInfo["freeSize"]>;

/** Width and height of `1280x720`; null when it is no size. */
export function parseSize(text: string): [number, number] | null {
  const match = /^([1-9]\d{0,4})x([1-9]\d{0,4})$/.exec(text);
  return match ? [Number(match[1]), Number(match[2])] : null;
}

/** Why a model cannot make this size, in words; null when it can. */
export function sizeProblem(text: string, rule: Rule): string | null {
  const size = parseSize(text);
  if (!size) return t.size.missing;
  const [short, long] = [Math.min(...size), Math.max(...size)];
  if (size.some((edge) => edge % rule.multiple > 0)) return t.size.multiple(rule.multiple);
  if (long > rule.maxEdge) return t.size.edge(rule.maxEdge);
  if (long > short * rule.maxRatio) return t.size.ratio(rule.maxRatio);
  if (short * long < rule.minPixels) return t.size.small(megapixels(rule.minPixels, Math.ceil));
  if (short * long > rule.maxPixels) return t.size.large(megapixels(rule.maxPixels, Math.floor));
  return null;
}

/** The whole rule in one sentence. */
export function sizeRule({ multiple, maxEdge, maxRatio, minPixels, maxPixels }: Rule): string {
  const [fewest, most] = [megapixels(minPixels, Math.ceil), megapixels(maxPixels, Math.floor)];
  return t.size.rule(multiple, maxEdge, maxRatio, fewest, most);
}

/** Rounded to the side that is allowed. */
function megapixels(pixels: number, round: (value: number) => number): string {
  return String(round(pixels / 10_000) / 100);
}
