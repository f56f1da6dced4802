import type { StateStore } from '../../src/index.ts';

/** A `StateStore` in memory that shows what is in it. */
export interface MemoryStore extends StateStore {
  readonly texts: Map<string, string>;
  readonly aside: Map<string, string>;
}

export function memoryStore(texts: Readonly<Record<string, string>> = {}): MemoryStore {
  const held = new Map(Object.entries(texts));
  const aside = new Map<string, string>();
  return {
    texts: held,
    aside,
    read: (key) => Promise.resolve(held.get(key)),
    write(key, text) {
      held.set(key, text);
      return Promise.resolve();
    },
    setAside(key) {
      aside.set(key, held.get(key) ?? '');
      held.delete(key);
      return Promise.resolve();
    },
  };
}
