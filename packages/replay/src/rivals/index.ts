import type { ReplacementMaker } from '../cache/replacement.ts';
import { beladyLeaf } from '../offline/belady-leaf.ts';
import { greedyOffline } from '../offline/greedy-offline.ts';
import { cachesageV1 } from './cachesage-v1.ts';
import { cachescout, cachescoutRepaired } from './cachescout.ts';
import { continuum } from './continuum.ts';
import { gdsf } from './gdsf.ts';
import { kvflow } from './kvflow.ts';
import { lfuDecay } from './lfu-decay.ts';
import { withLifecycle } from './lifecycle.ts';
import { lru } from './lru.ts';
import { marconi } from './marconi.ts';
import { pbkvLike } from './pbkv-like.ts';
import { s3Fifo } from './s3-fifo.ts';
import { sieve } from './sieve.ts';

/** Everything that decides from the past alone, CacheSage apart. */
export const onlineRivals: readonly ReplacementMaker[] = [
  lru,
  lfuDecay,
  gdsf,
  s3Fifo,
  sieve,
  withLifecycle(lru),
  withLifecycle(gdsf),
  cachesageV1,
  cachescout,
  cachescoutRepaired,
  kvflow,
  pbkvLike,
  continuum,
  marconi,
];

/** Feasible orders that know the future. */
export const offlineOrders: readonly ReplacementMaker[] = [beladyLeaf, greedyOffline];

/** @throws {RangeError} when no rival or offline order has the name */
export function findMaker(name: string): ReplacementMaker {
  const known = [...onlineRivals, ...offlineOrders];
  const found = known.find((maker) => maker.name === name);
  if (found === undefined) {
    throw new RangeError(
      `there is no policy ${JSON.stringify(name)}; known: ${known.map((maker) => maker.name).join(', ')}`,
    );
  }
  return found;
}
