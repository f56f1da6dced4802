import type {
  CallDraft,
  CallId,
  EndpointId,
  EventOf,
  Milliseconds,
  PolicyContext,
  RuntimeEvent,
} from '@entresol/runtime-core';
import { PrefillOverlap } from './prefill-overlap.ts';

/** Where tokens are paid, prompts are taken to be computed side by side; elsewhere mostly one after the other. */
const assumedShare = { paid: 0, own: 0.8 };

interface Prefill {
  readonly draft: CallDraft;
  readonly sentAtMs: Milliseconds;
  /** What was expected when it was sent. */
  readonly expectedMs: Milliseconds;
  readonly besideMs: Milliseconds;
  joined: boolean;
  tookMs: Milliseconds | undefined;
}

/** Prompts that are being computed, and what can be learned from how long that took. */
export class Prefills {
  /** Drafts of calls that were not sent yet. */
  readonly #drafts = new Map<CallId, CallDraft>();
  readonly #sent = new Map<CallId, Prefill>();
  readonly #overlaps = new Map<EndpointId, PrefillOverlap>();

  draft(draft: CallDraft): void {
    this.#drafts.set(draft.call, draft);
  }

  observe(event: RuntimeEvent, context: PolicyContext): void {
    if (event.type === 'call-send') this.#send(event, context);
    if (event.type === 'call-first-token') {
      const prefill = this.#sent.get(event.call);
      if (prefill !== undefined) prefill.tookMs ??= event.atMs - prefill.sentAtMs;
    }
    if (event.type !== 'call-end' && event.type !== 'call-fail') return;
    if (event.type === 'call-end') this.#learn(event, context);
    this.#drafts.delete(event.call);
    this.#sent.delete(event.call);
  }

  #send({ call, atMs }: EventOf<'call-send'>, context: PolicyContext): void {
    const draft = this.#drafts.get(call);
    if (draft === undefined) return;
    this.#drafts.delete(call);
    const beside = [...this.#sent.values()].filter(
      (other) => other.tookMs === undefined && other.draft.scope.endpoint === draft.scope.endpoint,
    );
    for (const other of beside) other.joined = true;
    const prompt = draft.prefixes.at(-1);
    const held = prompt === undefined ? 0 : context.residency.of(prompt).tokens;
    this.#sent.set(call, {
      draft,
      sentAtMs: atMs,
      expectedMs: context.cost(draft.scope).computeMs(held, draft.inputTokens),
      besideMs: beside.reduce(
        (sum, { sentAtMs, expectedMs }) => sum + Math.max(0, expectedMs - (atMs - sentAtMs)),
        0,
      ),
      joined: false,
      tookMs: undefined,
    });
  }

  #learn({ call, usage }: EventOf<'call-end'>, context: PolicyContext): void {
    const prefill = this.#sent.get(call);
    // Without a first token nobody knows when the prompt was computed, and without a usage how much of it was.
    if (prefill?.tookMs === undefined || usage?.cacheRead === undefined) return;
    const { draft, tookMs, besideMs, joined } = prefill;
    const ownMs = context.cost(draft.scope).computeMs(usage.cacheRead, usage.input);
    this.#of(draft, context).add({ tookMs, ownMs, besideMs, joined });
  }

  /** How long ago a call was sent; 0 where it was not yet. */
  goneMs(call: CallId, nowMs: Milliseconds): Milliseconds {
    const prefill = this.#sent.get(call);
    return prefill === undefined ? 0 : nowMs - prefill.sentAtMs;
  }

  /** Share of the work before it that a prompt waits for at the endpoint of this call, in [0, 1]. */
  waitedShare(draft: CallDraft, context: PolicyContext): number {
    return this.#of(draft, context).share;
  }

  #of({ scope }: CallDraft, context: PolicyContext): PrefillOverlap {
    let overlap = this.#overlaps.get(scope.endpoint);
    if (overlap === undefined) {
      const paid = context.cost(scope).money !== undefined;
      overlap = new PrefillOverlap(assumedShare[paid ? 'paid' : 'own']);
      this.#overlaps.set(scope.endpoint, overlap);
    }
    return overlap;
  }

  figures(): Readonly<Record<EndpointId, number>> {
    return Object.fromEntries(
      [...this.#overlaps].map(([endpoint, { share }]) => [endpoint, share]),
    );
  }
}
