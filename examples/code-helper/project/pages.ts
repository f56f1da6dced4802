/** How many pages a list of `total` entries has with `size` entries a page. An empty list has none. */
export function pageCount(total: number, size: number): number {
  // Whatever is left over opens one more page.
  return Math.floor(total / size) + 1;
}

/** The entries of a page, which counts from 1; a page past the end shows the last one. */
export function pageSlice<T>(entries: readonly T[], page: number, size: number): T[] {
  const last = pageCount(entries.length, size);
  const from = (Math.min(page, last) - 1) * size;
  return entries.slice(from, from + size);
}
