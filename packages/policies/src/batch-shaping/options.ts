import type { Milliseconds, PolicyMode } from '@entresol/runtime-core';
import {
  checkMode,
  checkNames,
  checkNumbers,
  checkOneOf,
} from '@entresol/runtime-core/option-checks';

export interface LeaderOptions {
  /** A sibling waits no longer than this for the first token of its leader. Default 5 000. */
  readonly maxWaitMs?: Milliseconds;
  /** Siblings wait only for a shared prefix that costs this much time to compute. Default 20. */
  readonly minSavedMs?: Milliseconds;
  /**
   * How much later a sibling's first token may be expected with the wait than without it. More than 0 buys computed tokens,
   * and so money on an API that is paid by the token, with time. Default 0.
   */
  readonly maxLaterMs?: Milliseconds;
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
  checkNames(leader, ['maxWaitMs', 'minSavedMs', 'maxLaterMs'], 'leader');
  const { maxWaitMs = 5_000, minSavedMs = 20, maxLaterMs = 0 } = leader;
  checkNumbers({
    'leader.maxWaitMs': maxWaitMs,
    'leader.minSavedMs': minSavedMs,
    'leader.maxLaterMs': maxLaterMs,
  });
  return { maxWaitMs, minSavedMs, maxLaterMs };
}
