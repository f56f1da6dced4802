import type { PolicyMode } from '@entresol/runtime-core';
import { checkMode, checkNames, checkNumbers } from '@entresol/runtime-core/option-checks';
import type { EstimatorPart } from './estimator-parts.ts';
import type { PriorSource } from './event-observer.ts';
import type { Foresight } from './markov/foreseen-passage.ts';
import type { PrefetchOptions } from './prefetch/planner.ts';

/** How CacheSage behaves; everything has a default. */
export interface CacheSageOptions {
  /** Absent = the endpoint's default. */
  readonly mode?: PolicyMode;
  /** `off` = nothing is brought up between steps; ranking stays. */
  readonly prefetch?: PrefetchOptions | 'off';
  /**
   * Where the transition model starts: `declared` = from the graph that the framework declares (the default); `none` =
   * declarations are not heard, agents are learned as they appear.
   */
  readonly prior?: PriorSource;
  /** Parts of the estimator that are left out, to see what each is worth. Default: none. */
  readonly without?: readonly EstimatorPart[];
  /** Replays only: each session's own future, in place of what is predicted of it. */
  readonly foresight?: Foresight;
}

/** @throws {RangeError} naming the option, its value and its range; `prior` and `without` are checked where they are used */
export function checkOptions(options: CacheSageOptions): void {
  checkNames(options, ['mode', 'prefetch', 'prior', 'without', 'foresight']);
  const { mode, prefetch = {}, without = [] } = options;
  checkMode(mode);
  if (!Array.isArray(without)) {
    throw new RangeError(`without must be a list of parts, got ${String(without)}`);
  }
  if (prefetch === 'off') return;
  checkNames(prefetch, ['minProbability', 'idlePrice', 'minGainMs'], 'prefetch');
  const { minProbability, idlePrice, minGainMs } = prefetch;
  checkNumbers({ 'prefetch.minProbability': minProbability }, 0, 1);
  checkNumbers({ 'prefetch.idlePrice': idlePrice, 'prefetch.minGainMs': minGainMs });
}
