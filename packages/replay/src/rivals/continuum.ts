import type { ReplacementMaker } from '../cache/replacement.ts';

/** Best of 1, 3 and 10 on the development set. */
const priceFactor = 3;
const ownSamples = 20;
const leastSamples = 10;
const keptOwn = 200;
const keptAll = 400;
const pinned = 1e9;
const ageWeight = 0.02;

interface Gaps {
  readonly recent: number[];
  calls: number;
}

/**
 * After Continuum (arXiv 2511.02230): a prompt is pinned for the time to live that has the best chance of a return for
 * its price, from the observed gaps of its agent; what is not pinned goes by recency. The price of a place is the pool's
 * characteristic time (mean age at eviction) instead of the queueing delay of a server (algorithms.md 2.3).
 */
export const continuum: ReplacementMaker = {
  name: 'continuum',
  source: `after Continuum (arXiv 2511.02230): gaps per agent, price = ${priceFactor} x characteristic time of the pool`,
  create: (cache) => {
    const { tree, order } = cache;
    const byAgent = new Map<number, Gaps>();
    const all: number[] = [];
    const lastCall = new Map<string, number>();
    const until = new Float64Array(tree.parent.length).fill(-1);
    let characteristic = order.concurrency * 4;
    const gapsOf = (agent: number): Gaps => {
      let gaps = byAgent.get(agent);
      if (gaps === undefined) byAgent.set(agent, (gaps = { recent: [], calls: 0 }));
      return gaps;
    };
    const timeToLive = (agent: number): number => {
      const { recent, calls } = gapsOf(agent);
      const sorted = (recent.length >= ownSamples ? recent : all).toSorted((a, b) => a - b);
      if (sorted.length < leastSamples) return characteristic;
      const returns = Math.min(1, recent.length / Math.max(1, Math.min(calls, keptOwn)));
      let best = 0;
      let life = 0;
      for (const [at, gap] of sorted.entries()) {
        const chance = ((at + 1) / sorted.length) * returns;
        const gain = chance * characteristic * priceFactor - gap;
        if (gain > best) [best, life] = [gain, gap];
      }
      return life;
    };
    return {
      victims: {
        kind: 'score',
        keep: (run) => ((until[run] ?? -1) >= cache.now ? pinned : 0) + (tree.lastUse[run] ?? 0),
        gaveUp: (run, blocks) => {
          const age = cache.now - (tree.lastUse[run] ?? 0);
          characteristic += ageWeight * Math.min(1, blocks / 8) * (age - characteristic);
        },
      },
      called({ now, session, block }) {
        const key = `${session} ${block.conversation}`;
        const before = lastCall.get(key);
        const gaps = gapsOf(block.agent);
        gaps.calls += 1;
        if (before !== undefined) {
          gaps.recent.push(now - before);
          all.push(now - before);
          if (gaps.recent.length > keptOwn) gaps.recent.shift();
          if (all.length > keptAll) all.shift();
        }
        lastCall.set(key, now);
      },
      served({ now, block, path }) {
        const end = now + timeToLive(block.agent);
        for (const run of path) until[run] = end;
      },
      split(head, tail) {
        until[tail] = until[head] ?? -1;
      },
    };
  },
};
