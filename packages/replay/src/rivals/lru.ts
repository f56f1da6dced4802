import type { ReplacementMaker } from '../cache/replacement.ts';

/** Least recently used leaf first: vLLM's free queue. No constants. */
export const lru: ReplacementMaker = {
  name: 'lru',
  source: 'vLLM automatic prefix caching (free block queue); no constants',
  create: ({ tree }) => ({
    victims: { kind: 'score', keep: (run) => tree.lastUse[run] ?? 0 },
  }),
};
