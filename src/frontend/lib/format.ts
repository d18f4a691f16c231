const BYTE = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const DATE = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });
const DAY = new Intl.DateTimeFormat("en", { dateStyle: "medium" });
const MONTH = new Intl.DateTimeFormat("en", { month: "long", year: "numeric", timeZone: "UTC" });
const AGO = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });
const UNITS = ["B", "kB", "MB", "GB"];
const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

export function formatBytes(bytes: number): string {
  const power = Math.min(UNITS.length - 1, bytes > 0 ? Math.floor(Math.log10(bytes) / 3) : 0);
  return `${BYTE.format(bytes / 1000 ** power)} ${UNITS[power]}`;
}

export function formatDate(iso: string): string {
  return DATE.format(new Date(iso));
}

export function formatDay(iso: string): string {
  return DAY.format(new Date(iso));
}

/** `2026-11` as November 2026. */
export function formatMonth(month: string): string {
  return MONTH.format(new Date(`${month}-01T00:00:00Z`));
}

/** How long ago, in words; anything under a minute is "now". */
export function formatAgo(iso: string, now: number): string {
  const seconds = Math.max(0, (now - Date.parse(iso)) / 1000);
  const [unit, length] = STEPS.find(([, step]) => seconds >= step) ?? ["second", Number.POSITIVE_INFINITY];
  return AGO.format(-Math.floor(seconds / length), unit);
}

/** `1024x1536` as `1024 × 1536`; a name such as `auto` with a capital letter. */
export function formatSize(size: string): string {
  const [width, height] = size.split("x");
  return width && height ? `${width} × ${height}` : size.charAt(0).toUpperCase() + size.slice(1);
}

/** A format of images as it is written: PNG, JPEG, WebP, GIF. */
export function formatName(format: string): string {
  return format === "webp" ? "WebP" : format.toUpperCase();
}

/** A file name that says what the image is and sorts apart from others of the same prompt. */
export function downloadName(prompt: string, id: string, url: string): string {
  const slug = prompt
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
  const extension = /\.([a-z0-9]+)(?:\?|$)/i.exec(url)?.[1] ?? "png";
  return `${slug || "image"}-${id.slice(-6)}.${extension}`;
}
