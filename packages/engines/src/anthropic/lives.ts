import type { Milliseconds } from '@entresol/runtime-core';

/** Lives on offer. */
export const lifeMs = { '5m': 300_000, '1h': 3_600_000 } as const;

/** What is written at the end of a prefix that is to be kept. */
export interface CacheMark {
  readonly type: 'ephemeral';
  readonly ttl?: '1h';
}

export function markOf(ttlMs: Milliseconds): CacheMark {
  return ttlMs > lifeMs['5m'] ? { type: 'ephemeral', ttl: '1h' } : { type: 'ephemeral' };
}

/** Undefined for what is no mark; one of a life that is not known is taken for the shortest. */
export function lifeOf(mark: unknown): Milliseconds | undefined {
  if (typeof mark !== 'object' || mark === null) return undefined;
  return 'ttl' in mark && mark.ttl === '1h' ? lifeMs['1h'] : lifeMs['5m'];
}
