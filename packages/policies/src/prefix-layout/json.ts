/** An object of parsed JSON, lists excluded. */
export type JsonRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Equality of parsed JSON. Strings of equal length are compared at memory speed, and nothing is allocated. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((one, at) => isEqual(one, b[at]));
  }
  if (!isRecord(a) || !isRecord(b)) return false;
  // Order counts: it is order in the text that an engine reads.
  const keys = Object.keys(a);
  const others = Object.keys(b);
  if (keys.length !== others.length) return false;
  return keys.every((key, at) => key === others[at] && isEqual(a[key], b[key]));
}
