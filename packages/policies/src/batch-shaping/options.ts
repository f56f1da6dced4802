import type { Milliseconds, PolicyMode } from '@entresol/runtime-core';
import { checkMode, checkNames, checkNumbers, checkOneOf } from '../option-checks.ts';

export interface LeaderOptions {
  /** A sibling waits no longer than this for the first token of its leader. Default 5 000. */
  readonly maxWaitMs?: Milliseconds;
  /** Siblings wait only for a shared prefix that costs this much time to compute. Default 20. */
  readonly minSavedMs?: Milliseconds;
  /** They wait only where the leader's own prompt takes at most this many times what waiting saves. Default 1.5. */
  readonly maxWaitPerSaved?: number;
}

export interface BatchShapingOptions {
  readonly mode?: PolicyMode;
  /** Among waiting calls, the one of which the engine holds the most goes first. Default true. */
  readonly order?: boolean;
  /** One of several branches goes first, the others when its first token has come. Default on; `false` = off. */
  readonly leader?: LeaderOptions | false;
}

/** @throws {RangeError} naming the option, its value and its range */
export function checkOptions(options: BatchShapingOptions): void {
  checkNames(options, ['mode', 'order', 'leader']);
  checkMode(options.mode);
  checkOneOf('order', options.order, [true, false]);
}

/** @throws {RangeError} naming the option, its value and its range */
export function checkedLeader(leader: LeaderOptions): Required<LeaderOptions> {
  checkNames(leader, ['maxWaitMs', 'minSavedMs', 'maxWaitPerSaved'], 'leader');
  const { maxWaitMs = 5_000, minSavedMs = 20, maxWaitPerSaved = 1.5 } = leader;
  checkNumbers({
    'leader.maxWaitMs': maxWaitMs,
    'leader.minSavedMs': minSavedMs,
    'leader.maxWaitPerSaved': maxWaitPerSaved,
  });
  return { maxWaitMs, minSavedMs, maxWaitPerSaved };
}
