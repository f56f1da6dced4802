import type { Milliseconds } from '@entresol/runtime-core';

/** Where several processes keep results. A `Keyv` is one as it is. What it throws, or answers late, is a miss. */
export interface MemoStore {
  get(key: string): Promise<unknown>;
  /** @param ttlMs - after which it may be forgotten; an entry says itself until when it holds */
  set(key: string, entry: string, ttlMs: Milliseconds): Promise<unknown>;
}

/** The two methods of LangGraph's `BaseStore` that are needed. */
export interface BaseStoreLike {
  get(
    namespace: string[],
    key: string,
  ): Promise<{ readonly value: Readonly<Record<string, unknown>> } | null>;
  put(namespace: string[], key: string, value: Record<string, unknown>): Promise<void>;
}

/** A LangGraph store as a {@link MemoStore}. It forgets nothing by itself, unless it was told to when it was made. */
export function langGraphStore(
  store: BaseStoreLike,
  namespace: readonly string[] = ['entresol', 'tool-memo'],
): MemoStore {
  return {
    get: async (key) => (await store.get([...namespace], key))?.value['entry'],
    set: (key, entry) => store.put([...namespace], key, { entry }),
  };
}
