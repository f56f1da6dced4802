/** Survives two copies of this package in one process. */
const marker = Symbol.for('entresol.managed-fetch');

/** Marks a `fetch` as that of a runtime. */
export function markManaged(fetch: typeof globalThis.fetch): void {
  Object.defineProperty(fetch, marker, { value: true });
}

/** Is this the `fetch` of some runtime's client? */
export function isManagedFetch(fetch: unknown): boolean {
  return typeof fetch === 'function' && marker in fetch;
}
