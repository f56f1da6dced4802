import { ablations, cacheSage } from '@entresol/cachesage';
import type { CacheSageOptions, CacheSagePolicy } from '@entresol/cachesage';
import {
  ghostGuard,
  hindsightSeat,
  kvflowPrefetching,
  lru,
  offlineOrders,
  onlineRivals,
  pbkvLikePrefetching,
  pfooLower,
  policySeat,
  replay,
  replayOrdered,
  unlimitedBlocks,
} from '@entresol/replay';
import type { BlockLoad, CallOrder, ReplacementMaker, ReplayOutcome } from '@entresol/replay';

/** What one policy is, for the tables: `online` ones are each other's rivals, a `variant` is nobody's. */
export type PolicyKind =
  | 'online'
  | 'variant'
  | 'ablation'
  | 'ordering'
  | 'prefetch'
  | 'offline'
  | 'bound';

/** `ranked`: the engine asks the policy; `touch`: its own LRU is all it has, and prefixes are asked for to stay. */
export type RetentionMode = 'ranked' | 'touch';

interface PlayedPolicy {
  readonly outcome: ReplayOutcome;
  /** The order that was played, where the policy chose it. */
  readonly order?: CallOrder;
  /** Dispatches that calls waited, where the policy chose the order. */
  readonly waits?: Int32Array;
  readonly stateBytes?: number;
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
  play(load: BlockLoad, order: CallOrder, capacityBlocks: number, seed: number): PlayedPolicy;
}

const sageSource = 'CacheSage (docs/policies/cachesage.md), constants frozen';

const touched: LabPolicy = {
  key: 'cachesage@touch',
  name: 'cachesage',
  mode: 'touch',
  kind: 'variant',
  source:
    'cachesage over an LRU that cannot be told anything: what it wants kept is sent again, a block computed each time',
  play: (load, order, capacityBlocks) => ({
    outcome: replay(load, order, capacityBlocks, seatedCacheSage({}, 'touch').maker),
  }),
};

const hindsight: LabPolicy = replayed(
  hindsightSeat(
    'cachesage-hindsight',
    "cachesage told each session's own future, not how sessions interleave: the limit of any online policy",
    (foresight) => cacheSage({ foresight }),
  ),
  'variant',
);

const guarded: LabPolicy = {
  ...ranked('cachesage+guard'),
  kind: 'variant',
  source: ghostGuard(seatedCacheSage().maker, lru).source,
  play: (load, order, capacityBlocks) => ({
    outcome: replay(load, order, capacityBlocks, ghostGuard(seatedCacheSage().maker, lru)),
  }),
};

/** Least probability of an agent whose prompt is computed ahead. */
export const prefetchFrom = 0.7;

/** CacheSage and rivals that prefetch too. */
const prefetching: readonly LabPolicy[] = [
  ...[kvflowPrefetching, pbkvLikePrefetching(prefetchFrom)].map((maker) => ({
    ...replayed(maker, 'prefetch'),
    ...ranked(`${maker.name}+prefetch`),
  })),
  {
    ...ranked('cachesage+prefetch'),
    kind: 'prefetch',
    source: `cachesage, and the prompts that it wishes to have computed ahead, from probability ${prefetchFrom}`,
    play: (load, order, capacityBlocks) => ({
      outcome: replay(
        load,
        order,
        capacityBlocks,
        seatedCacheSage({ prefetch: { minProbability: prefetchFrom } }, 'ranked', true).maker,
      ),
    }),
  },
];

/** Bounds of the wait, in dispatches per open session. */
const waitBounds = [2, 4] as const;

const labPolicies: readonly LabPolicy[] = [
  ...onlineRivals.map((maker) => replayed(maker, 'online')),
  seated('cachesage', 'online'),
  touched,
  guarded,
  hindsight,
  ...offlineOrders.map((maker) => replayed(maker, 'offline')),
  {
    ...ranked('pfoo-l'),
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
    ...ranked('infinite'),
    kind: 'bound',
    source: 'a cache that holds everything',
    play: (load, order) => ({ outcome: replay(load, order, unlimitedBlocks(load), lru) }),
  },
  ...(['lru', 'cachesage'] as const).flatMap((name): readonly LabPolicy[] => [
    ordered(name, undefined),
    ...waitBounds.map((bound) => ordered(name, bound)),
  ]),
  ...prefetching,
  ...ablations.map(({ name, options }) => seated(ablationName(name), 'ablation', options)),
];

/** The estimator with one part left out each. */
export const ablationKeys: readonly string[] = ablations.map(({ name }) => ablationName(name));

export const prefetchKeys: readonly string[] = prefetching.map(({ key }) => key);

export const orderingKeys: readonly string[] = labPolicies
  .filter(({ kind }) => kind === 'ordering')
  .map(({ key }) => key);

/** What `--policies` knows, and what `all` stands for; orderings, ablations and touches have flags of their own. */
export const namedPolicies: readonly string[] = labPolicies
  .filter(({ mode, kind }) => mode === 'ranked' && !isBeside(kind))
  .map(({ key }) => key);

/** Rows with a table or a list of their own. */
export function isBeside(kind: PolicyKind): boolean {
  return kind === 'ordering' || kind === 'prefetch' || kind === 'ablation';
}

/** The rows of the policies in the given modes: rivals have only the one in which the engine asks. */
export function inModes(
  policies: readonly string[],
  modes: readonly RetentionMode[],
): readonly string[] {
  return policies.flatMap((key) => {
    if (key !== 'cachesage') return [key];
    return modes.map((mode) => (mode === 'ranked' ? key : touched.key));
  });
}

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

export function findPolicy(key: string): LabPolicy {
  const found = labPolicies.find((policy) => policy.key === key);
  if (found === undefined) throw new RangeError(`there is no policy ${key}`);
  return found;
}

function replayed(maker: ReplacementMaker, kind: PolicyKind): LabPolicy {
  const { name, source } = maker;
  return {
    ...ranked(name),
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
    ...ranked(bound === undefined ? `${name}+first-come` : `${name}+order-${bound}c`),
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

function seatedCacheSage(
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

function ranked(name: string): Pick<LabPolicy, 'key' | 'name' | 'mode'> {
  return { key: name, name, mode: 'ranked' };
}

function ablationName(name: string): string {
  return `cachesage-${name.replaceAll(' ', '-')}`;
}

function seated(name: string, kind: PolicyKind, options: CacheSageOptions = {}): LabPolicy {
  const { without } = options;
  return {
    ...ranked(name),
    kind,
    source: without === undefined ? sageSource : `cachesage without ${without.join(', ')}`,
    play(load, order, capacityBlocks) {
      const { maker, stateBytes } = seatedCacheSage(options);
      return { outcome: replay(load, order, capacityBlocks, maker), stateBytes: stateBytes() };
    },
  };
}
