import { cacheSage } from '@entresol/cachesage';
import {
  findMaker,
  ghostGuard,
  hindsightSeat,
  kvflowPrefetching,
  lru,
  offlineOrders,
  onlineRivals,
  pbkvLikePrefetching,
  pfooLower,
  replay,
  unlimitedBlocks,
} from '@entresol/replay';
import { findAblation } from './ablation.ts';
import {
  ordered,
  prefetchFrom,
  ranked,
  replayed,
  seated,
  seatedCacheSage,
  timed,
} from './lab-policy.ts';
import type { LabPolicy, PolicyKind, RetentionMode } from './lab-policy.ts';

const touched: LabPolicy = {
  key: 'cachesage@touch',
  name: 'cachesage',
  mode: 'touch',
  kind: 'variant',
  source:
    'cachesage over an LRU that cannot be told anything: what it wants kept is sent again, a block computed each time',
  play: (load, order, { capacityBlocks, hostBlocks }) => ({
    outcome: replay(load, order, capacityBlocks, seatedCacheSage({}, 'touch').maker, hostBlocks),
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
  play: (load, order, { capacityBlocks, hostBlocks }) => ({
    outcome: replay(
      load,
      order,
      capacityBlocks,
      ghostGuard(seatedCacheSage().maker, lru),
      hostBlocks,
    ),
  }),
};

/** Policies on the engine's clock, CacheSage and rivals that prefetch each without and with. */
const prefetching: readonly LabPolicy[] = [
  timed('lru', 'timed', () => lru),
  ...[
    { without: findMaker('kvflow'), ahead: kvflowPrefetching },
    { without: findMaker('pbkv-like'), ahead: pbkvLikePrefetching(prefetchFrom) },
  ].flatMap(({ without, ahead }) => [
    timed(without.name, 'timed', () => without),
    timed(without.name, 'prefetch', () => ahead),
  ]),
  timed('cachesage', 'timed', () => seatedCacheSage().maker),
  timed(
    'cachesage',
    'prefetch',
    () => seatedCacheSage({ prefetch: { minProbability: prefetchFrom } }, 'ranked', true).maker,
  ),
];

/** Bounds of the wait, in calls that go before per open session. */
const waitBounds = [1, 2, 4, 8] as const;

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
    play(load, order, { capacityBlocks, hostBlocks }) {
      const infinite = replay(load, order, unlimitedBlocks(load), lru);
      const cachedTokens = Math.min(
        infinite.cachedTokens,
        pfooLower(load, order, capacityBlocks + hostBlocks),
      );
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
];

export const prefetchKeys: readonly string[] = prefetching.map(({ key }) => key);

export const orderingKeys: readonly string[] = labPolicies
  .filter(({ kind }) => kind === 'ordering')
  .map(({ key }) => key);

/** What `--policies` knows, and what `all` stands for; orderings and touches have flags of their own. */
export const namedPolicies: readonly string[] = labPolicies
  .filter(({ mode, kind }) => mode === 'ranked' && !isBeside(kind))
  .map(({ key }) => key);

/** Rows with a table or a list of their own. */
export function isBeside(kind: PolicyKind): boolean {
  return ['ordering', 'timed', 'prefetch', 'ablation'].includes(kind);
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
  const found = labPolicies.find((policy) => policy.key === key) ?? findAblation(key);
  if (found === undefined) throw new RangeError(`there is no policy ${key}`);
  return found;
}
