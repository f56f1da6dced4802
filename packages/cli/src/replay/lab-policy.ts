import { cacheSage } from '@entresol/cachesage';
import type { CacheSageOptions, CacheSagePolicy } from '@entresol/cachesage';
import { lru, policySeat, replay, replayTimed } from '@entresol/replay';
import type {
  BlockLoad,
  CallOrder,
  ReplacementMaker,
  ReplayOutcome,
  TimingOutcome,
} from '@entresol/replay';

/** What one policy is, for the tables: `online` ones are each other's rivals, a `variant` is nobody's. */
export type PolicyKind =
  | 'online'
  | 'variant'
  | 'ablation'
  | 'ordering'
  /** Cache and engine in one, so that the engine's clock orders the calls: what prefetching is compared with. */
  | 'timed'
  | 'prefetch'
  | 'offline'
  | 'bound';

/** `ranked`: the engine asks the policy; `touch`: its own LRU is all it has, and prefixes are asked for to stay. */
export type RetentionMode = 'ranked' | 'touch';

interface PlayedPolicy {
  readonly outcome: ReplayOutcome;
  readonly stateBytes?: number;
  /** Where cache and engine were played in one. */
  readonly timing?: TimingOutcome;
}

/** What a policy is played with. */
interface Setting {
  readonly capacityBlocks: number;
  /** Of the host tier; 0 = there is none. */
  readonly hostBlocks: number;
  readonly seed: number;
}

/** A row of the lab. */
export interface LabPolicy {
  /** As in a list of policies. */
  readonly key: string;
  /** As in tables: equal for the modes of one policy. */
  readonly name: string;
  readonly mode: RetentionMode;
  readonly kind: PolicyKind;
  readonly source: string;
  play(load: BlockLoad, order: CallOrder, setting: Setting): PlayedPolicy;
}

const sageSource = 'CacheSage (docs/policies/cachesage.md), constants frozen';

/** Least probability of an agent whose prompt is computed ahead. */
export const prefetchFrom = 0.7;

export function replayed(maker: ReplacementMaker, kind: PolicyKind): LabPolicy {
  const { name, source } = maker;
  return {
    ...ranked(name),
    kind,
    source,
    play: (load, order, { capacityBlocks, hostBlocks }) => ({
      outcome: replay(load, order, capacityBlocks, maker, hostBlocks),
    }),
  };
}

/** Cache and engine in one. */
export function timed(
  name: string,
  kind: 'timed' | 'prefetch',
  makerOf: () => ReplacementMaker,
): LabPolicy {
  const { source } = makerOf();
  const suffix =
    kind === 'timed'
      ? "calls meet the cache in the order that the engine's clock gives"
      : `the same, and the expected agent's known prompt computed ahead, from probability ${prefetchFrom}`;
  return {
    ...ranked(`${name}+${kind}`),
    kind,
    source: `${source}; ${suffix}`,
    play(load, order, { capacityBlocks, seed }) {
      const outcome = replayTimed(load, order, capacityBlocks, makerOf(), { seed });
      return { outcome, timing: outcome.timing };
    },
  };
}

/**
 * Sessions that make their next call at once and half as many places in the engine: who waits goes first come, first served
 * or by the longest cached prefix.
 */
export function ordered(name: 'lru' | 'cachesage', bound: number | undefined): LabPolicy {
  return {
    ...ranked(bound === undefined ? `${name}+first-come` : `${name}+order-${bound}c`),
    kind: 'ordering',
    source:
      bound === undefined
        ? 'sessions call again at once, half of them find a place in the engine; first come, first served'
        : `the same queue, longest cached prefix first; nobody lets more than ${bound} x concurrency calls go before`,
    play(load, order, { capacityBlocks, hostBlocks, seed }) {
      const { concurrency } = order;
      const maker = name === 'lru' ? lru : seatedCacheSage().maker;
      const dispatch =
        bound === undefined
          ? ({ kind: 'first-come' } as const)
          : ({ kind: 'longest-cached-prefix', maxWait: bound * concurrency } as const);
      const queue = { places: Math.max(1, Math.floor(concurrency / 2)), dispatch };
      const options = { seed, meanThinkS: 0, maxThinkS: 0, queue, hostBlocks };
      const outcome = replayTimed(load, order, capacityBlocks, maker, options);
      return { outcome, timing: outcome.timing };
    },
  };
}

export function seatedCacheSage(
  options: CacheSageOptions = {},
  mode: RetentionMode = 'ranked',
  prefetches: boolean = false,
): {
  readonly maker: ReplacementMaker;
  readonly stateBytes: () => number;
} {
  let policy: CacheSagePolicy | undefined;
  const make = (): CacheSagePolicy => (policy = cacheSage(options));
  const maker = policySeat('cachesage', sageSource, make, { mode, prefetches });
  return { maker, stateBytes: () => policy?.stateBytes() ?? 0 };
}

export function ranked(name: string): Pick<LabPolicy, 'key' | 'name' | 'mode'> {
  return { key: name, name, mode: 'ranked' };
}

export function seated(
  name: string,
  kind: PolicyKind,
  options: CacheSageOptions = {},
  source: string = sageSource,
): LabPolicy {
  return {
    ...ranked(name),
    kind,
    source,
    play(load, order, { capacityBlocks, hostBlocks }) {
      const { maker, stateBytes } = seatedCacheSage(options);
      const outcome = replay(load, order, capacityBlocks, maker, hostBlocks);
      return { outcome, stateBytes: stateBytes() };
    },
  };
}
