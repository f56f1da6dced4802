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
import { Prefills } from './prefills.ts';
import { SharingEvidence } from './sharing-evidence.ts';

export interface LeaderFigures {
  /** Siblings that waited for a leader. */
  readonly held: number;
  /** Siblings for which waiting would have paid and that were sent at once: controls, and all where it does not help. */
  readonly sentAtOnce: number;
  /** Siblings that did not wait because the shared prefix was resident, or short, or they would have been later. */
  readonly notWorthIt: number;
  /** Held siblings that read at least half of the shared prefix from the cache, and those that did not. */
  readonly found: number;
  readonly missed: number;
  /** Endpoints where held siblings find no more than others: there nobody waits, but for one in ten as a control. */
  readonly doesNotApplyOn: readonly EndpointId[];
  /** By endpoint, share of the prompts before it that a prompt waits for, in [0, 1]: 1 = one after the other, 0 = side by side. */
  readonly prefillsInTurn: Readonly<Record<EndpointId, number>>;
}

/** Without a first token to wait for, siblings wait this many times as long as the leader's prefill should take. */
const prefillSlack = 2;
/** Agents beyond these are taken to stream. */
const maxAgents = 4_096;

interface Underway {
  readonly draft: CallDraft;
  readonly ids: ReadonlySet<string>;
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
  readonly #prefills = new Prefills();
  readonly #counts = { held: 0, sentAtOnce: 0, notWorthIt: 0, found: 0, missed: 0 };

  constructor(options: Required<LeaderOptions>) {
    this.#options = options;
  }

  observe(event: RuntimeEvent, context: PolicyContext): void {
    this.#prefills.observe(event, context);
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
    this.#underway.set(draft.call, { draft, ids });
    this.#prefills.draft(draft);
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
    { draft }: Underway,
    shared: PrefixRef,
    context: PolicyContext,
  ): Milliseconds | undefined {
    const { maxWaitMs, minSavedMs, maxLaterMs } = this.#options;
    const cost = context.cost(draft.scope);
    const held = Math.min(context.residency.of(shared).tokens, shared.tokens);
    const savedMs = cost.computeMs(held, shared.tokens);
    if (savedMs < minSavedMs) return undefined;
    const leaderMs = cost.computeMs(held, draft.inputTokens);
    const leftMs = Math.max(0, leaderMs - this.#prefills.goneMs(draft.call, context.nowMs));
    // Part of what is left of the leader a sibling waits for wherever it waits: in the engine, or here.
    const addedMs = leftMs * (1 - this.#prefills.waitedShare(draft, context));
    if (addedMs > savedMs + maxLaterMs) return undefined;
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
    return { ...this.#counts, doesNotApplyOn, prefillsInTurn: this.#prefills.figures() };
  }
}
