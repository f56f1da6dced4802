/** Deeper than what tools are called with or answer; also the end of what contains itself. */
const maxDepth = 64;

/** Is a value the same once it has been JSON text? A date or a map would be turned into text or `{}`, and two values would become one. */
export function isPlainJson(value: unknown, depth: number = maxDepth): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth === 0) return false;
  if (Array.isArray(value)) return Array.from(value).every((item) => isPlainJson(item, depth - 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return false;
  return Object.values(value).every((item) => isPlainJson(item, depth - 1));
}
