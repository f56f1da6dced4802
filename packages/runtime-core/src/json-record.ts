/** An object of parsed JSON, lists excluded. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws {TypeError} for anything else */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  if (isRecord(value)) return value;
  throw new TypeError(`not an object: ${JSON.stringify(value)}`);
}
