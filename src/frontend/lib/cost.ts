import type { ModelInfo } from "../api/types.gen.ts";
import type { Options } from "./options.ts";

/** From the least to the most that one image may cost, in US dollars. */
export interface Estimate {
  least: number;
  most: number;
}

const AUTO = "auto";

/** What an image with these options costs; null when the model's prices are not known. */
export function estimateFor({ estimates }: ModelInfo, { quality, size }: Options): Estimate | null {
  const fits = (chosen: string, value: string) => chosen === AUTO || chosen === value;
  const prices = estimates
    .filter((estimate) => fits(quality, estimate.quality) && fits(size, estimate.size))
    .map(({ usd }) => usd);
  return prices.length > 0 ? { least: Math.min(...prices), most: Math.max(...prices) } : null;
}

/** US dollars to the cent, and to two digits where that would leave less: `$1.20`, `$0.053`, `$0.006`. */
export function formatDollars(usd: number): string {
  const places = usd > 0 && usd < 1 ? Math.max(2, 1 - Math.floor(Math.log10(usd))) : 2;
  return `$${usd.toFixed(places).replace(/(\.\d\d\d*?)0+$/, "$1")}`;
}
