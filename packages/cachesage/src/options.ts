import type { PolicyMode } from '@entresol/runtime-core';
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

const names: readonly string[] = ['mode', 'prefetch', 'prior', 'without', 'foresight'];
const prefetchNames: readonly string[] = ['minProbability', 'idlePrice', 'minGainMs'];
const modes: readonly unknown[] = ['off', 'shadow', 'on'] satisfies PolicyMode[];

/** @throws {RangeError} naming the option, its value and its range; `prior` and `without` are checked where they are used */
export function checkOptions(options: CacheSageOptions): void {
  checkNames('the options', options, names);
  const { mode, prefetch = {}, without = [] } = options;
  if (mode !== undefined && !modes.includes(mode)) {
    throw new RangeError(`mode must be off, shadow or on, got ${JSON.stringify(mode)}`);
  }
  if (!Array.isArray(without)) {
    throw new RangeError(`without must be a list of parts, got ${String(without)}`);
  }
  if (prefetch === 'off') return;
  checkNames('prefetch', prefetch, prefetchNames);
  const { minProbability, idlePrice, minGainMs } = prefetch;
  checkNumber('prefetch.minProbability', minProbability, 1);
  checkNumber('prefetch.idlePrice', idlePrice);
  checkNumber('prefetch.minGainMs', minGainMs);
}

function checkNames(what: string, of: unknown, known: readonly string[]): void {
  if (typeof of !== 'object' || of === null || Array.isArray(of)) {
    throw new RangeError(`${what} must be an object, got ${String(of)}`);
  }
  const wrong = Object.keys(of).find((name) => !known.includes(name));
  if (wrong !== undefined) {
    throw new RangeError(`there is no option ${wrong}; ${what} may have ${known.join(', ')}`);
  }
}

function checkNumber(name: string, value: unknown, most = Infinity): void {
  const isNumber = typeof value === 'number' && Number.isFinite(value);
  if (value === undefined || (isNumber && value >= 0 && value <= most)) return;
  const range = most === Infinity ? '0 or more' : `from 0 to ${most}`;
  throw new RangeError(`${name} must be ${range}, got ${shown(value)}`);
}

function shown(value: unknown): string {
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? typeof value);
}
