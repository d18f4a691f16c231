const TYPES = ["image/png", "image/jpeg", "image/webp", "image/gif"];
const BATCH = 100;

/** What the file picker offers. */
export const ACCEPT = TYPES.join(",");

/** Splits a choice into pictures the server can take and the names of everything else. */
export function sortFiles(files: Iterable<File>): { images: File[]; refused: string[] } {
  const images: File[] = [];
  const refused: string[] = [];
  for (const file of files) {
    if (TYPES.includes(file.type)) images.push(file);
    else refused.push(file.name);
  }
  return { images, refused };
}

/** Groups of at most 100, the most that one request may carry. */
export function batches<T>(values: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(values.length / BATCH) }, (_, index) =>
    values.slice(index * BATCH, (index + 1) * BATCH),
  );
}
