import { noRun } from '../cache/run.ts';
import type { Run } from '../cache/run.ts';
import type { ReplacementMaker } from '../cache/replacement.ts';
import { RunList } from './run-list.ts';

/** Share of the cache for runs on probation. */
const smallShare = 0.1;
const mostUses = 3;

/**
 * S3-FIFO (Yang et al., SOSP 2023): a small queue for newcomers, a main queue with reinsertion, and a ghost queue whose
 * members enter the main queue at once. Runs with cached children are passed over, since only leaves can go.
 */
export const s3Fifo: ReplacementMaker = {
  name: 's3-fifo',
  source: `S3-FIFO (SOSP 2023) over runs of blocks; small queue ${100 * smallShare} %, ghost as large as the cache`,
  create: (cache) => {
    const { tree, capacityBlocks } = cache;
    const small = new RunList(tree.parent.length);
    const main = new RunList(tree.parent.length);
    const uses = new Uint8Array(tree.parent.length);
    const ghosts = new Map<Run, number>();
    let ghostBlocks = 0;

    const remember = (run: Run, blocks: number): void => {
      ghosts.set(run, blocks);
      ghostBlocks += blocks;
      for (const [oldest, size] of ghosts) {
        if (ghostBlocks <= capacityBlocks) return;
        ghosts.delete(oldest);
        ghostBlocks -= size;
      }
    };
    const smallBlocks = (): number => {
      let sum = 0;
      for (let run = small.oldest; run !== noRun; run = small.newerThan(run)) {
        sum += tree.cached[run] ?? 0;
      }
      return sum;
    };
    /** @returns blocks given up; the run leaves its list when nothing of it is left */
    const giveUp = (list: RunList, run: Run, needed: number): number => {
      const cached = tree.cached[run] ?? 0;
      const given = Math.min(needed, cached);
      cache.release(run, given);
      if (given === cached) {
        list.remove(run);
        if (list === small) remember(run, given);
      }
      return given;
    };
    const canGo = (run: Run): boolean => !cache.isPinned(run) && tree.isLeaf(run);

    const fromSmall = (needed: number): number => {
      let given = 0;
      for (let run = small.oldest; run !== noRun && given < needed;) {
        const next = small.newerThan(run);
        if (tree.cached[run] === 0) small.remove(run);
        else if ((uses[run] ?? 0) > 1) {
          small.remove(run);
          main.addNewest(run);
          uses[run] = 0;
        } else if (canGo(run)) given += giveUp(small, run, needed - given);
        run = next;
      }
      return given;
    };
    const fromMain = (needed: number): number => {
      let given = 0;
      let left = (mostUses + 1) * tree.size;
      for (let run = main.oldest; run !== noRun && given < needed && left-- > 0;) {
        const next = main.newerThan(run);
        if (tree.cached[run] === 0) main.remove(run);
        else if (canGo(run)) {
          if ((uses[run] ?? 0) > 0) {
            uses[run] = (uses[run] ?? 0) - 1;
            main.remove(run);
            main.addNewest(run);
          } else given += giveUp(main, run, needed - given);
        }
        run = next === noRun ? main.oldest : next;
        if (next === noRun && !anyCanGo(main, tree.cached, canGo)) break;
      }
      return given;
    };
    return {
      victims: {
        kind: 'queue',
        makeRoom(blocks) {
          let needed = blocks;
          // A parent becomes a leaf when its last child goes, so both queues are asked until neither gives.
          for (;;) {
            const smallFirst = smallBlocks() >= smallShare * capacityBlocks;
            const [first, second] = smallFirst ? [fromSmall, fromMain] : [fromMain, fromSmall];
            const given = first(needed) || second(needed);
            needed -= given;
            if (needed <= 0 || given === 0) return;
          }
        },
      },
      served({ path }) {
        for (const run of path) {
          if (small.has(run) || main.has(run)) uses[run] = Math.min(mostUses, (uses[run] ?? 0) + 1);
          else if ((tree.cached[run] ?? 0) > 0) {
            uses[run] = 0;
            const ghost = ghosts.get(run);
            if (ghost === undefined) small.addNewest(run);
            else {
              ghosts.delete(run);
              ghostBlocks -= ghost;
              main.addNewest(run);
            }
          }
        }
      },
      split(head, tail) {
        if (tree.cached[tail] === 0) return;
        uses[tail] = uses[head] ?? 0;
        if (small.has(head)) small.addBehind(tail, head);
        else if (main.has(head)) main.addBehind(tail, head);
      },
    };
  },
};

function anyCanGo(list: RunList, cached: Int32Array, canGo: (run: Run) => boolean): boolean {
  for (let run = list.oldest; run !== noRun; run = list.newerThan(run)) {
    if ((cached[run] ?? 0) > 0 && canGo(run)) return true;
  }
  return false;
}
