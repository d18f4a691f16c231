import type { GenerateRequest, ModelInfo } from "../api/types.gen.ts";
import type { Draft } from "./draft.ts";

/** The size of the draft's own width and height. */
export const CUSTOM = "custom";
/** These two exclude each other. */
export const TRANSPARENT = "transparent";
export const JPEG = "jpeg";

/** What a model is asked for; an empty text where it has no such option. */
export interface Options {
  size: string;
  quality: string;
  background: string;
  format: string;
}

/** The draft's choices as far as the model can do them, else its defaults. */
export function optionsFor(draft: Draft, model: ModelInfo): Options {
  const background = pick(draft.background, model.backgrounds);
  return {
    size: draft.size === CUSTOM && model.freeSize ? CUSTOM : pick(draft.size, model.sizes),
    quality: pick(draft.quality, model.qualities),
    background,
    format: pick(
      draft.format,
      model.formats.filter((format) => background !== TRANSPARENT || format !== JPEG),
    ),
  };
}

/**
 * What to send; the model's defaults are left to it.
 *
 * @param mask the mask of the first source, as a data URL.
 */
export function requestFor(draft: Draft, model: ModelInfo, mask: string | null = null): GenerateRequest {
  const chosen = optionsFor(draft, model);
  const size = chosen.size === CUSTOM ? draft.customSize : chosen.size;
  return {
    prompt: draft.prompt,
    model: model.name,
    n: Math.min(draft.count, model.maxImages),
    ...(isChanged(size, model.sizes) && { size }),
    ...(isChanged(chosen.quality, model.qualities) && { quality: chosen.quality }),
    ...(isChanged(chosen.background, model.backgrounds) && { background: chosen.background }),
    ...(isChanged(chosen.format, model.formats) && { outputFormat: chosen.format }),
    ...(draft.sources.length > 0 && { sources: draft.sources.map((source) => source.id) }),
    ...(draft.sources.length > 0 && mask !== null && model.mask && { mask }),
  };
}

/** Tells a choice from the default, which is the first on offer. */
export function isChanged(value: string, offered: string[]): boolean {
  return value !== "" && value !== offered[0];
}

function pick(wanted: string | null, offered: string[]): string {
  return wanted !== null && offered.includes(wanted) ? wanted : (offered[0] ?? "");
}
