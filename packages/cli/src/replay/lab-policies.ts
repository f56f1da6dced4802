import { cacheSage } from '@entresol/cachesage';
import type { CacheSagePolicy } from '@entresol/cachesage';
import {
  lru,
  offlineOrders,
  onlineRivals,
  pfooLower,
  policySeat,
  replay,
  replayOrdered,
  unlimitedBlocks,
} from '@entresol/replay';
import type { BlockLoad, CallOrder, ReplacementMaker, ReplayOutcome } from '@entresol/replay';

/** What one policy is, for the tables: only `online` ones are compared with each other. */
export type PolicyKind = 'online' | 'ordering' | 'offline' | 'bound';

export interface PlayedPolicy {
  readonly outcome: ReplayOutcome;
  /** The order that was played, where the policy chose it. */
  readonly order?: CallOrder;
  /** Dispatches that calls waited, where the policy chose the order. */
  readonly waits?: Int32Array;
  readonly stateBytes?: number;
}

/** A row of the lab. */
export interface LabPolicy {
  readonly name: string;
  readonly kind: PolicyKind;
  readonly source: string;
  play(load: BlockLoad, order: CallOrder, capacityBlocks: number, seed: number): PlayedPolicy;
}

const sageSource = 'CacheSage (docs/policies/cachesage.md), constants frozen';

/** Bounds of the wait, in dispatches per open session. */
export const waitBounds = [2, 4] as const;

export const labPolicies: readonly LabPolicy[] = [
  ...onlineRivals.map((maker) => replayed(maker, 'online')),
  {
    name: 'cachesage',
    kind: 'online',
    source: sageSource,
    play(load, order, capacityBlocks) {
      const { maker, stateBytes } = seatedCacheSage();
      return {
        outcome: replay(load, order, capacityBlocks, maker),
        stateBytes: stateBytes(),
      };
    },
  },
  ...offlineOrders.map((maker) => replayed(maker, 'offline')),
  {
    name: 'pfoo-l',
    kind: 'bound',
    source: 'PFOO-L (SIGMETRICS 2018): no policy finds more cached',
    play(load, order, capacityBlocks) {
      const infinite = replay(load, order, unlimitedBlocks(load), lru);
      const cachedTokens = Math.min(infinite.cachedTokens, pfooLower(load, order, capacityBlocks));
      const computedTokens = infinite.promptTokens - cachedTokens;
      return { outcome: { ...infinite, cachedTokens, computedTokens } };
    },
  },
  {
    name: 'infinite',
    kind: 'bound',
    source: 'a cache that holds everything',
    play: (load, order) => ({ outcome: replay(load, order, unlimitedBlocks(load), lru) }),
  },
  ...(['lru', 'cachesage'] as const).flatMap((name): readonly LabPolicy[] => [
    ordered(name, undefined),
    ...waitBounds.map((bound) => ordered(name, bound)),
  ]),
];

/** What `--policies all` means; the orderings have a flag of their own. */
export const unorderedPolicies: readonly string[] = labPolicies
  .filter(({ kind }) => kind !== 'ordering')
  .map(({ name }) => name);

/** Rows that nobody has to ask for. */
export const mainPolicies: readonly string[] = [
  'lru',
  'gdsf',
  'kvflow',
  'cachescout-repaired',
  'pbkv-like',
  'cachesage',
  'belady-leaf',
  'infinite',
];

export function findPolicy(name: string): LabPolicy {
  const found = labPolicies.find((policy) => policy.name === name);
  if (found === undefined) throw new RangeError(`there is no policy ${name}`);
  return found;
}

function replayed(maker: ReplacementMaker, kind: PolicyKind): LabPolicy {
  const { name, source } = maker;
  return {
    name,
    kind,
    source,
    play: (load, order, capacityBlocks) => ({
      outcome: replay(load, order, capacityBlocks, maker),
    }),
  };
}

/** All open sessions have a call waiting; first come, first served or the longest cached prefix first. */
function ordered(name: 'lru' | 'cachesage', bound: number | undefined): LabPolicy {
  return {
    name: bound === undefined ? `${name}+first-come` : `${name}+order-${bound}c`,
    kind: 'ordering',
    source:
      bound === undefined
        ? 'every open session has a call waiting; first come, first served'
        : `the same queue, longest cached prefix first; nobody waits more than ${bound} x concurrency dispatches`,
    play(load, { concurrency }, capacityBlocks, seed) {
      const seat = name === 'lru' ? { maker: lru, stateBytes: undefined } : seatedCacheSage();
      const dispatch =
        bound === undefined
          ? ({ kind: 'first-come' } as const)
          : ({ kind: 'longest-cached-prefix', maxWait: bound * concurrency } as const);
      const outcome = replayOrdered(
        load,
        { concurrency, seed, dispatch },
        capacityBlocks,
        seat.maker,
      );
      return { outcome, order: outcome.order, waits: outcome.waits };
    },
  };
}

function seatedCacheSage(): {
  readonly maker: ReplacementMaker;
  readonly stateBytes: () => number;
} {
  let seated: CacheSagePolicy | undefined;
  const maker = policySeat('cachesage', sageSource, () => (seated = cacheSage()));
  return { maker, stateBytes: () => seated?.stateBytes() ?? 0 };
}
