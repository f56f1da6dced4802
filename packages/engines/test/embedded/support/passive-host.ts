import type {
  CallDraft,
  EngineHost,
  Intent,
  Outcome,
  PrefixRef,
  RuntimeEvent,
  Ticket,
  VictimCandidate,
  WirePrompt,
  Worth,
} from '@entresol/runtime-core';
import { systemClock } from '@entresol/runtime-core';

/** A runtime without policies: has no opinion, remembers what it is told, and can be taught single answers. */
export class PassiveHost implements EngineHost {
  readonly clock = systemClock;
  readonly worthVersion = 0;
  orders = false;
  readonly events: RuntimeEvent[] = [];
  readonly outcomes: Outcome[] = [];
  readonly asked: (readonly VictimCandidate[])[] = [];
  readonly prompts = new Map<string, WirePrompt>();
  rankWith: ((candidates: readonly VictimCandidate[]) => readonly number[] | undefined) | undefined;
  worthOf: ((prefix: PrefixRef) => Worth | undefined) | undefined;
  readonly #waiting = new Map<string, (outcome: Outcome) => void>();

  rank(candidates: readonly VictimCandidate[]): readonly number[] | undefined {
    this.asked.push(candidates);
    return this.rankWith?.(candidates);
  }

  worth(prefix: PrefixRef): Worth | undefined {
    return this.worthOf?.(prefix);
  }

  materialise(prefix: PrefixRef): WirePrompt | undefined {
    return this.prompts.get(prefix.id);
  }

  emit(event: RuntimeEvent): void {
    this.events.push(event);
  }

  settle(outcome: Outcome): void {
    this.outcomes.push(outcome);
    this.#waiting.get(outcome.id)?.(outcome);
  }

  settled(id: string): Promise<Outcome> {
    const known = this.outcomes.find((outcome) => outcome.id === id);
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }
}

let tickets = 0;

export function ticketFor(
  intent: Intent,
  signal: AbortSignal = new AbortController().signal,
): Ticket {
  tickets += 1;
  return { id: `intent-${tickets}`, policy: 'test', intent, reservedMs: 1_000, signal };
}

export function prefetchOf(prefix: PrefixRef): Intent {
  return {
    kind: 'prefetch',
    prefix,
    session: prefix.session ?? 's',
    probability: 1,
    deadlineMs: 0,
  };
}

export function draftOf(call: string, prefixes: readonly PrefixRef[]): CallDraft {
  const [first] = prefixes;
  const last = prefixes.at(-1);
  if (first === undefined || last?.session === undefined) throw new Error('a call has prefixes');
  return {
    call,
    agent: last.agent,
    session: last.session,
    scope: first.scope,
    prefixes,
    inputTokens: last.tokens,
  };
}
