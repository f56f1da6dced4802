import type { World } from './decision-record.ts';
import type { VictimCandidate } from './engine-driver.ts';
import { GhostOrder } from './ghost-order.ts';
import type { GhostUse } from './ghost-order.ts';
import type { CacheScope, EndpointId, Milliseconds, PrefixRef } from './identities.ts';
import type { Outcome, Ticket } from './intents.ts';
import { ModelledEffects } from './modelled-effects.ts';
import type { ModelledCost, ModelledRow } from './modelled-effects.ts';
import type { CallDraft } from './policy.ts';
import type { PolicyStanding } from './policy-standing.ts';
import type { UsedPrefetch } from './prefetch-ledger.ts';
import type { Tier } from './residency.ts';
import type { Tally } from './tally.ts';

/** An order of victims beside that of an engine. */
interface Ghost {
  readonly order: GhostOrder;
  readonly policy: string;
  readonly row: ModelledRow & { readonly endpoint: EndpointId };
  readonly tier: Tier;
}

/** A prefix that was kept from going, and how to tell whether it would be gone by now. */
export interface KeptPrefix {
  readonly prefix: PrefixRef;
  /** Tokens that nothing else keeps. */
  readonly ownTokens: number;
  readonly goneWithout: () => boolean;
}

type Kept = KeptPrefix & { readonly policy: string; readonly row: ModelledRow };

/** Prefixes that wait for a call to show what keeping them was worth. */
const maxKept = 1_024;

/** Reckons by the engine's own cost model what acts of policies save, where a call shows whether they do. */
export class ModelledActs {
  readonly effects: ModelledEffects = new ModelledEffects();
  readonly #standing: PolicyStanding;
  readonly #world: World;
  readonly #tally: Tally;
  readonly #ghosts = new Map<string, Ghost>();
  readonly #kept = new Map<string, Kept>();

  constructor({
    standing,
    world,
    tally,
  }: {
    readonly standing: PolicyStanding;
    readonly world: World;
    readonly tally: Tally;
  }) {
    this.#standing = standing;
    this.#world = world;
    this.#tally = tally;
  }

  /** An engine that cannot be asked: whoever did or said what is reckoned here must not notice. */
  #guard(run: () => void): void {
    try {
      run();
    } catch {
      this.#tally.count('model-fault');
    }
  }

  /** The policy has chosen what the engine gives up; a ghost goes by age. */
  chose(endpoint: EndpointId, candidates: readonly VictimCandidate[], first: number): void {
    this.#evicted({ endpoint, carriedOut: 'yes' }, candidates, first, oldest);
  }

  /** The engine goes by age; a ghost by what the policy would choose. */
  wouldChoose(
    endpoint: EndpointId,
    candidates: readonly VictimCandidate[],
    choose: (candidates: readonly VictimCandidate[]) => number | undefined,
  ): void {
    const first = oldest(candidates);
    if (first === undefined) return;
    this.#evicted({ endpoint, carriedOut: 'no' }, candidates, first, choose);
  }

  /** The policy has no say there now. */
  choosesNothing(endpoint: EndpointId): void {
    for (const { row, order } of this.#ghosts.values()) {
      if (row.endpoint === endpoint) order.clear();
    }
  }

  #evicted(
    { endpoint, carriedOut }: { readonly endpoint: EndpointId; readonly carriedOut: 'yes' | 'no' },
    candidates: readonly VictimCandidate[],
    first: number,
    choose: (candidates: readonly VictimCandidate[]) => number | undefined,
  ): void {
    const policy = this.#standing.provider('score.prefix')?.name;
    const victim = candidates[first];
    if (policy === undefined || victim === undefined) return;
    const tier = victim.tier ?? 'device';
    const key = JSON.stringify([endpoint, tier]);
    let ghost = this.#ghosts.get(key);
    if (ghost?.row.carriedOut !== carriedOut) {
      const row = { act: 'retention', endpoint, carriedOut } as const;
      this.#ghosts.set(key, (ghost = { order: new GhostOrder(), policy, row, tier }));
    }
    if (ghost.order.evicted(candidates, victim, choose)) this.effects.acted(policy, ghost.row);
  }

  kept(service: 'score.prefix' | 'predict.reuse', row: ModelledRow, kept: KeptPrefix): void {
    const policy = this.#standing.provider(service)?.name;
    if (policy === undefined) return;
    const key = keyOf(kept.prefix);
    this.#kept.delete(key);
    this.#kept.set(key, { ...kept, policy, row });
    if (this.#kept.size <= maxKept) return;
    const [first] = this.#kept.keys();
    if (first !== undefined) this.#kept.delete(first);
  }

  /** A real call is queued, and what the engine holds of it can still be seen. */
  called(draft: CallDraft): void {
    this.#guard(() => this.#called(draft));
  }

  #called(draft: CallDraft): void {
    for (const ghost of this.#ghosts.values()) {
      if (ghost.row.endpoint !== draft.scope.endpoint) continue;
      for (const use of ghost.order.called(draft)) this.#used(ghost, use, draft.scope);
    }
    if (this.#kept.size === 0) return;
    for (const prefix of [{ ...draft, id: '' }, ...draft.prefixes]) {
      const key = keyOf(prefix);
      const kept = this.#kept.get(key);
      if (kept === undefined) continue;
      this.#kept.delete(key);
      this.#usedKept(kept);
    }
  }

  #used({ policy, row, tier }: Ghost, { heldBy, parts }: GhostUse, scope: CacheScope): void {
    const { residency } = this.#world;
    let [tokens, ms] = [0, 0];
    for (const { prefix, from, to, copyIn } of parts) {
      // What the device holds, nobody misses in a lower tier.
      if (tier !== 'device' && isOnDevice(residency.of(prefix), to)) continue;
      const cost = this.#world.cost(scope);
      if (copyIn === undefined) tokens += to - from;
      ms += copyIn === undefined ? cost.computeMs(from, to) : cost.loadMs(to - from, copyIn);
    }
    if (ms === 0) return;
    const sign = (heldBy === 'engine') === (row.carriedOut === 'yes') ? 1 : -1;
    const costs = { tokens: sign * tokens, ms: sign * ms };
    this.effects.saved(policy, row, this.#priced(costs, scope));
  }

  #usedKept({ policy, row, prefix, ownTokens, goneWithout }: Kept): void {
    const { residency } = this.#world;
    const from = prefix.tokens - ownTokens;
    const tokens = Math.min(residency.of(prefix).tokens, prefix.tokens) - from;
    if (tokens <= 0 || !goneWithout()) return;
    const ms = this.#world.cost(prefix.scope).computeMs(from, from + tokens);
    this.effects.saved(policy, row, this.#priced({ tokens, ms }, prefix.scope));
  }

  /** @see PrefetchLedger */
  prefetched(use: UsedPrefetch): void {
    this.#guard(() => this.#prefetched(use));
  }

  #prefetched({ policy, prefix, held, seenTokens }: UsedPrefetch): void {
    const { scope } = prefix;
    const cost = this.#world.cost(scope);
    const to = Math.min(prefix.tokens, seenTokens);
    const loadMs = held.tier === undefined ? 0 : cost.loadMs(held.tokens, held.tier);
    const costs = {
      tokens: Math.max(0, to - held.tokens),
      ms: loadMs + cost.computeMs(held.tokens, Math.max(held.tokens, to)),
    };
    this.effects.saved(policy, warmUpAt(scope), this.#priced(costs, scope));
  }

  settled({ policy, intent }: Ticket, outcome: Outcome): void {
    const { computedTokens: tokens, movedBytes, engineMs: ms, usd } = outcome;
    if (intent.kind === 'release') return;
    if (tokens === 0 && movedBytes === 0 && usd === undefined && ms === 0) return;
    const { scope } = intent.prefix;
    const by = this.#actor(policy);
    if (by === undefined) return;
    const row: ModelledRow = { ...warmUpAt(scope), act: by.act };
    this.effects.acted(by.policy, row);
    this.effects.spent(by.policy, row, { tokens, ms, ...(usd !== undefined && { usd }) });
  }

  /** The host's own acts are done for who offers what they rest on. */
  #actor(name: string): { readonly policy: string; readonly act: ModelledRow['act'] } | undefined {
    if (name !== 'retention' && name !== 'renewal') return { policy: name, act: 'warm-up' };
    const policy = this.#standing.provider(
      name === 'retention' ? 'score.prefix' : 'predict.reuse',
    )?.name;
    return policy === undefined ? undefined : { policy, act: name };
  }

  /**
   * A result was served in place of a tool's run.
   * @param ms - what the tool takes, less what the look-up took; undefined where it has not been seen to run
   */
  served(policy: string, ms: Milliseconds | undefined): void {
    const row = { act: 'served-tool', carriedOut: 'yes' } as const;
    this.effects.acted(policy, row);
    if (ms !== undefined) this.effects.saved(policy, row, { tokens: 0, ms });
  }

  /** In dollars: read from the cache rather than sent anew; what writing costs beyond that is left out. */
  #priced(cost: ModelledCost, scope: CacheScope): ModelledCost {
    const { money } = this.#world.cost(scope);
    if (money === undefined) return cost;
    return { ...cost, usd: cost.tokens * money.perInputToken * (1 - money.readFactor) };
  }
}

/** A session's next prompt goes on from the one that was kept. */
function keyOf({ id, agent, session }: Pick<PrefixRef, 'id' | 'agent' | 'session'>): string {
  return session === undefined ? id : JSON.stringify([agent, session]);
}

function warmUpAt({ endpoint }: CacheScope): ModelledRow {
  return { act: 'warm-up', endpoint, carriedOut: 'yes' };
}

function oldest(candidates: readonly VictimCandidate[]): number | undefined {
  let first: number | undefined;
  for (const [at, { lastUsedAtMs }] of candidates.entries()) {
    const least = first === undefined ? Infinity : (candidates[first]?.lastUsedAtMs ?? Infinity);
    if (lastUsedAtMs < least) first = at;
  }
  return first;
}

function isOnDevice(held: { readonly tokens: number; readonly tier?: Tier }, to: number): boolean {
  return held.tier === 'device' && held.tokens >= to;
}
