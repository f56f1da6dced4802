/** A release as three numbers; what follows them (`.post1`, `rc0`) does not count. */
type Release = readonly [number, number, number];

/** False for a version that cannot be read: nothing is relied on that is not known to be there. */
export function isAtLeast(version: string, least: Release): boolean {
  const found = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number);
  if (found === undefined) return false;
  const at = least.findIndex((number, place) => found[place] !== number);
  return at === -1 || (found[at] ?? 0) > (least[at] ?? 0);
}
