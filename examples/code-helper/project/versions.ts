/** Orders versions such as "1.10.0": negative when `a` is older, 0 when equal. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.');
  const right = b.split('.');
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const one = left[i] ?? '0';
    const other = right[i] ?? '0';
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}

/** The newest of some versions. */
export function newest(versions: readonly string[]): string | undefined {
  return versions.toSorted(compareVersions).at(-1);
}
