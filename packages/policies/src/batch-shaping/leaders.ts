import type {
  AgentId,
  CallDraft,
  CallId,
  EndpointId,
  Hold,
  Milliseconds,
  PolicyContext,
  PrefixRef,
  RuntimeEvent,
} from '@entresol/runtime-core';
import type { LeaderOptions } from './options.ts';
import { SharingEvidence } from './sharing-evidence.ts';

export interface LeaderFigures {
  /** Siblings that waited for a leader. */
  readonly held: number;
  /** Siblings for which waiting would have paid and that were sent at once: controls, and all where it does not help. */
  readonly sentAtOnce: number;
  /** Siblings that did not wait because the shared prefix was resident, or short, or the leader's prompt too long. */
  readonly notWorthIt: number;
  /** Held siblings that read at least half of the shared prefix from the cache, and those that did not. */
  readonly found: number;
  readonly missed: number;
  /** Endpoints where held siblings find no more than others: there nobody waits, but for one in ten as a control. */
  readonly doesNotApplyOn: readonly EndpointId[];
}

/** Without a first token to wait for, siblings wait this many times as long as the leader's prefill should take. */
const prefillSlack = 2;
/** Agents beyond these are taken to stream. */
const maxAgents = 4_096;

interface Underway {
  readonly draft: CallDraft;
  readonly ids: ReadonlySet<string>;
  sentAtMs: Milliseconds | undefined;
}

interface Sibling {
  readonly how: 'held' | 'sent';
  readonly endpoint: EndpointId;
  readonly sharedTokens: number;
}

/** Which call computes a prefix that others are about to need, and who should wait for it. */
export class Leaders {
  readonly #options: Required<LeaderOptions>;
  /** Calls that have no first token yet, in the order in which they came. */
  readonly #underway = new Map<CallId, Underway>();
  readonly #siblings = new Map<CallId, Sibling>();
  /** Agents whose newest answer came in one piece: nobody hears when its first token came. */
  readonly #silent = new Set<AgentId>();
  readonly #evidence = new Map<EndpointId, SharingEvidence>();
  readonly #counts = { held: 0, sentAtOnce: 0, notWorthIt: 0, found: 0, missed: 0 };

  constructor(options: Required<LeaderOptions>) {
    this.#options = options;
  }

  observe(event: RuntimeEvent): void {
    if (event.type === 'call-send') {
      const underway = this.#underway.get(event.call);
      if (underway !== undefined) underway.sentAtMs = event.atMs;
    }
    if (event.type === 'call-first-token') {
      this.#silent.delete(event.agent);
      this.#underway.delete(event.call);
    }
    if (event.type === 'call-end' && this.#underway.has(event.call)) this.#wasSilent(event.agent);
    if (event.type !== 'call-end' && event.type !== 'call-fail') return;
    this.#underway.delete(event.call);
    const sibling = this.#siblings.get(event.call);
    this.#siblings.delete(event.call);
    const cacheRead = event.type === 'call-end' ? event.usage?.cacheRead : undefined;
    if (sibling === undefined || cacheRead === undefined) return;
    const found = cacheRead >= sibling.sharedTokens / 2;
    this.#of(sibling.endpoint).add(sibling.how, found);
    if (sibling.how === 'held') this.#counts[found ? 'found' : 'missed'] += 1;
  }

  #wasSilent(agent: AgentId): void {
    if (this.#silent.size < maxAgents) this.#silent.add(agent);
  }

  /** @param siblings calls of the same session that are under way */
  hold(draft: CallDraft, siblings: readonly CallId[], context: PolicyContext): Hold | undefined {
    const led = this.#leaderOf(draft, siblings);
    const ids = new Set<string>(draft.prefixes.map(({ id }) => id));
    this.#underway.set(draft.call, { draft, ids, sentAtMs: undefined });
    if (led === undefined) return undefined;
    const { leader, shared } = led;
    const maxMs = this.#waitMs(leader, shared, context);
    if (maxMs === undefined) {
      this.#counts.notWorthIt += 1;
      return undefined;
    }
    const { endpoint } = draft.scope;
    const held = this.#of(endpoint).decide();
    const how = held ? 'held' : 'sent';
    this.#siblings.set(draft.call, { how, endpoint, sharedTokens: shared.tokens });
    this.#counts[held ? 'held' : 'sentAtOnce'] += 1;
    if (!held) return undefined;
    const until = { call: leader.draft.call, event: 'call-first-token' } as const;
    return { kind: 'hold', until, maxMs };
  }

  /** The sibling that has the most of this prompt in common and came first. */
  #leaderOf(
    draft: CallDraft,
    siblings: readonly CallId[],
  ): { readonly leader: Underway; readonly shared: PrefixRef } | undefined {
    let best: { readonly leader: Underway; readonly shared: PrefixRef } | undefined;
    for (const call of siblings) {
      const leader = this.#underway.get(call);
      // A call that itself waits for a leader computes nothing yet; it is released together with this one.
      if (leader === undefined || this.#siblings.get(call)?.how === 'held') continue;
      const shared = draft.prefixes.findLast(({ id }) => leader.ids.has(id));
      if (shared !== undefined && shared.tokens > (best?.shared.tokens ?? 0)) {
        best = { leader, shared };
      }
    }
    return best;
  }

  /** How long it may wait at most; undefined where waiting costs more than it saves. */
  #waitMs(
    { draft, sentAtMs }: Underway,
    shared: PrefixRef,
    context: PolicyContext,
  ): Milliseconds | undefined {
    const { maxWaitMs, minSavedMs, maxWaitPerSaved } = this.#options;
    const cost = context.cost(draft.scope);
    const held = context.residency.of(shared).tokens;
    const savedMs = cost.computeMs(Math.min(held, shared.tokens), shared.tokens);
    if (savedMs < minSavedMs) return undefined;
    const prefillMs = cost.computeMs(Math.min(held, shared.tokens), draft.inputTokens);
    const goneMs = sentAtMs === undefined ? 0 : context.nowMs - sentAtMs;
    const leftMs = Math.max(0, prefillMs - goneMs);
    if (leftMs > savedMs * maxWaitPerSaved) return undefined;
    return this.#silent.has(draft.agent) ? Math.min(maxWaitMs, prefillSlack * leftMs) : maxWaitMs;
  }

  #of(endpoint: EndpointId): SharingEvidence {
    let evidence = this.#evidence.get(endpoint);
    if (evidence === undefined) this.#evidence.set(endpoint, (evidence = new SharingEvidence()));
    return evidence;
  }

  figures(): LeaderFigures {
    const doesNotApplyOn = [...this.#evidence].flatMap(([endpoint, { helps }]) =>
      helps ? [] : [endpoint],
    );
    return { ...this.#counts, doesNotApplyOn };
  }
}
