/** A short text that is the same for the same text, and another one for practically every other. */
export function fingerprint(text: string): string {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  return [text.length, high >>> 0, low >>> 0].map((part) => part.toString(36)).join("-");
}
