import { thumbHashToDataURL } from "thumbhash";

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

function decode(hash: string): string | null {
  try {
    const bytes = Uint8Array.from(atob(hash), (char) => char.charCodeAt(0));
    return bytes.length < 5 ? null : thumbHashToDataURL(bytes);
  } catch {
    return null;
  }
}
