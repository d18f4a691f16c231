import { thumbHashToAverageRGBA, thumbHashToDataURL } from "thumbhash";

const CACHE_SIZE = 500;
const cache = new Map<string, string | null>();

/** The data URL of a base64 ThumbHash, or null when it cannot be decoded. */
export function placeholderUrl(hash: string): string | null {
  const known = cache.get(hash);
  if (known !== undefined) return known;
  const url = decode(hash);
  const oldest = cache.keys().next();
  if (cache.size >= CACHE_SIZE && !oldest.done) cache.delete(oldest.value);
  cache.set(hash, url);
  return url;
}

/** The colour of a base64 ThumbHash, which costs next to nothing; null when it cannot be decoded. */
export function averageColour(hash: string): string | null {
  const bytes = bytesOf(hash);
  if (!bytes) return null;
  const { r, g, b, a } = thumbHashToAverageRGBA(bytes);
  return `rgb(${[r, g, b].map((part) => Math.round(part * 255)).join(" ")} / ${a.toFixed(2)})`;
}

function decode(hash: string): string | null {
  const bytes = bytesOf(hash);
  try {
    return bytes && thumbHashToDataURL(bytes);
  } catch {
    return null;
  }
}

function bytesOf(hash: string): Uint8Array | null {
  try {
    const bytes = Uint8Array.from(atob(hash), (char) => char.charCodeAt(0));
    return bytes.length < 5 ? null : bytes;
  } catch {
    return null;
  }
}
