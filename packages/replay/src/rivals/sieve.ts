import { noRun } from '../cache/run.ts';
import type { ReplacementMaker } from '../cache/replacement.ts';
import { RunList } from './run-list.ts';

/**
 * SIEVE (Zhang et al., NSDI 2024): a first-in-first-out list, a visited bit, and a hand that moves from old to new and
 * spares the visited once. Runs with cached children are passed over, since only leaves can go.
 */
export const sieve: ReplacementMaker = {
  name: 'sieve',
  source: 'SIEVE (NSDI 2024) over runs of blocks; no constants',
  create: (cache) => {
    const { tree } = cache;
    const list = new RunList(tree.parent.length);
    const visited = new Uint8Array(tree.parent.length);
    let hand = noRun;
    return {
      victims: {
        kind: 'queue',
        makeRoom(blocks) {
          let needed = blocks;
          let at = list.has(hand) ? hand : list.oldest;
          // Twice round spares every visited run once; a parent is a leaf only after its children went.
          let left = 4 * tree.size + 8;
          while (needed > 0 && at !== noRun && left-- > 0) {
            const next = list.newerThan(at);
            const cached = tree.cached[at] ?? 0;
            if (cached === 0) list.remove(at);
            else if (!cache.isPinned(at) && tree.isLeaf(at)) {
              if (visited[at] === 1) visited[at] = 0;
              else {
                const given = Math.min(needed, cached);
                cache.release(at, given);
                needed -= given;
                if (given < cached) break;
                list.remove(at);
              }
            }
            at = next === noRun ? list.oldest : next;
          }
          hand = at;
        },
      },
      served({ path }) {
        for (const run of path) {
          if (list.has(run)) visited[run] = 1;
          else if ((tree.cached[run] ?? 0) > 0) {
            list.addNewest(run);
            visited[run] = 0;
          }
        }
      },
      split(head, tail) {
        if (!list.has(head) || tree.cached[tail] === 0) return;
        list.addBehind(tail, head);
        visited[tail] = visited[head] ?? 0;
      },
    };
  },
};
