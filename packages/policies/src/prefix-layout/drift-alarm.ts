import type { Milliseconds, RequestToLayOut, SessionId } from '@entresol/runtime-core';
import { LRUCache } from 'lru-cache';
import { headChanges, historyChange } from './compare-prompts.ts';
import type { PartChange, PrefixDrift } from './drift.ts';
import { isRecord } from './json.ts';
import type { PromptParts } from './prompt-parts.ts';

const headsKept = 1_000;
const driftsKept = 1_000;
/** Most text of conversations held to compare the next prompt with, in UTF-16 units; those longest unseen go first. */
const historyCharacters = 8_000_000;

interface Sent {
  readonly call: string;
  readonly history: readonly unknown[];
}

/**
 * Compares each prompt with the one that its agent sent before: instructions and tools across sessions, messages within
 * one. The text it compares with stays in memory, and a session's is dropped when the session closes.
 */
export class DriftAlarm {
  readonly #onDrift: ((drift: PrefixDrift) => void) | undefined;
  readonly #heads = new LRUCache<string, Pick<PromptParts, 'head' | 'tools'>>({ max: headsKept });
  readonly #histories = new LRUCache<string, Sent>({
    maxSize: historyCharacters,
    sizeCalculation: ({ history }) => 1 + history.reduce<number>((sum, one) => sum + size(one), 0),
  });
  readonly #agentsOf = new Map<SessionId, Set<string>>();
  readonly #drifts = new LRUCache<string, PrefixDrift>({ max: driftsKept });

  constructor(onDrift: ((drift: PrefixDrift) => void) | undefined) {
    this.#onDrift = onDrift;
  }

  /** @param agent - key of the agent; the same in all its sessions */
  note(agent: string, parts: PromptParts, request: RequestToLayOut, atMs: Milliseconds): void {
    const changes: PartChange[] = [];
    const head = this.#heads.get(agent);
    this.#heads.set(agent, parts);
    if (head !== undefined) changes.push(...headChanges(head, parts));
    const key = `${request.session}\n${agent}`;
    const sent = this.#histories.get(key);
    // A retry sends the same again and is nobody's next prompt.
    if (sent !== undefined && sent.call !== request.call) {
      const change = historyChange(sent.history, parts.history);
      if (change !== undefined) changes.push(change);
    }
    this.#histories.set(key, { call: request.call, history: parts.history });
    const agents = this.#agentsOf.get(request.session) ?? new Set();
    this.#agentsOf.set(request.session, agents.add(key));
    for (const change of changes) this.#book(agent, change, request, atMs);
  }

  #book(
    key: string,
    change: PartChange,
    { workload, agent, session, call }: RequestToLayOut,
    atMs: Milliseconds,
  ): void {
    const { what } = change;
    const part = `${key}\n${JSON.stringify(what)}`;
    const known = this.#drifts.peek(part);
    const count = (known?.count ?? 0) + 1;
    const drift = { ...change, workload, agent, session, call, count, atMs };
    this.#drifts.set(part, drift);
    if (known === undefined) this.#onDrift?.(drift);
  }

  close(session: SessionId): void {
    for (const key of this.#agentsOf.get(session) ?? []) this.#histories.delete(key);
    this.#agentsOf.delete(session);
  }

  /** Newest last. */
  drifts(): readonly PrefixDrift[] {
    return [...this.#drifts.values()].toReversed();
  }
}

function size(message: unknown): number {
  if (typeof message === 'string') return message.length;
  if (!isRecord(message)) return 1;
  const { content } = message;
  return typeof content === 'string' ? content.length : JSON.stringify(message).length;
}
