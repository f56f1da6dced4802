import type {
  AgentId,
  CallId,
  EventOf,
  PrefixId,
  PrefixRef,
  Residency,
  Usage,
} from '@entresol/runtime-core';
import { expectedChain, promptChain, sharedAmount } from './prompt-chain.ts';
import type { PromptChain } from './prompt-chain.ts';
import type { QueuedCall } from './queued-roles.ts';
import { lastAmountOf } from './survival/reuse-amount.ts';
import type { WorkloadModel } from './workload-model.ts';

const maxChainsPerAgent = 16;

/** A reuse amount that only the engine's cached tokens will tell. */
interface PendingAmount {
  readonly older: PromptChain;
  readonly residentTokens: number;
}

/** The prompts of one session: which are live, and how much of each the next one reused. */
export class SessionPrompts {
  readonly #model: WorkloadModel;
  readonly #isHead: (call: CallId) => boolean;
  readonly #chains = new Map<AgentId, readonly PromptChain[]>();
  readonly #expected = new Map<AgentId, PromptChain>();
  /** By agent. */
  readonly #roles: (ReadonlySet<PrefixId> | undefined)[] = [];
  readonly #running = new Map<CallId, PromptChain>();
  readonly #pending = new Map<CallId, PendingAmount>();
  readonly #queued = new Map<CallId, QueuedCall>();

  /** @param isHead - whether the call's successor is still open */
  constructor(model: WorkloadModel, isHead: (call: CallId) => boolean) {
    this.#model = model;
    this.#isHead = isHead;
  }

  rolesOf(agent: number): ReadonlySet<PrefixId> | undefined {
    return this.#roles[agent];
  }

  /** The newest prompt of the agent, or one of an open branch, that holds the prefix. */
  live(agent: AgentId, prefix: PrefixId): PromptChain | undefined {
    const chains = this.#chains.get(agent) ?? [];
    const sent = chains.findLast(
      (chain, i) =>
        chain.links.has(prefix) && (i === chains.length - 1 || this.#isOpen(chain.call)),
    );
    const awaited = this.awaited(prefix);
    if (awaited !== undefined) return awaited;
    if (sent === undefined && this.#model.without.has('superseded')) return chains.at(-1);
    const expected = this.#expected.get(agent);
    return sent ?? (expected?.links.has(prefix) === true ? expected : undefined);
  }

  /** The older prompt with that prefix which a queued call is about to use; undefined = none does. */
  awaited(prefix: PrefixId): PromptChain | undefined {
    for (const { older } of this.#queued.values()) {
      if (older?.last?.id === prefix) return older;
    }
    return undefined;
  }

  /** The agent's next prompt as far as it is known, until the agent is called. */
  expect(prefix: PrefixRef, roleTokens: number, step: number): void {
    const known = this.#chains.get(prefix.agent)?.at(-1);
    if (known?.links.has(prefix.id) === true) return;
    this.#expected.set(prefix.agent, expectedChain(prefix, roleTokens, step));
  }

  add(event: EventOf<'call-start'>, agent: number, step: number, residency: Residency): void {
    const chain = promptChain(event.call, event.prefixes, step);
    const chains = this.#chains.get(event.agent) ?? [];
    const older = chains.at(-1);
    if (older !== undefined) {
      const amount = sharedAmount(older, chain);
      if (amount !== undefined) {
        this.#learn(agent, older, chain, amount);
      } else if (older.last !== undefined) {
        const residentTokens = residency.of(older.last).tokens;
        this.#pending.set(event.call, { older, residentTokens });
      }
    }
    const kept = chains.filter((each) => this.#isOpen(each.call)).slice(1 - maxChainsPerAgent);
    this.#chains.set(event.agent, [...kept, chain]);
    this.#expected.delete(event.agent);
    const { variants, queued } = this.#model;
    if (this.#roles[agent] === undefined) variants.observe(agent, chain.roles);
    this.#roles[agent] = variants.together(agent, chain.roles);
    this.#running.set(chain.call, chain);
    const waiting = { chain, older };
    this.#queued.set(chain.call, waiting);
    queued.add(waiting);
  }

  /** The engine has computed the prompt: what lies before it is superseded now. */
  begun(call: CallId): void {
    const waiting = this.#queued.get(call);
    if (waiting === undefined) return;
    this.#queued.delete(call);
    this.#model.queued.remove(waiting);
  }

  restart(call: CallId, prefixes: readonly PrefixRef[], step: number): void {
    if (!this.#running.has(call)) this.#running.set(call, promptChain(call, prefixes, step));
  }

  end(call: CallId, agent: number | undefined, usage: Usage | undefined): void {
    this.begun(call);
    const chain = this.#running.get(call);
    if (chain === undefined) return;
    this.#running.delete(call);
    const pending = this.#pending.get(call);
    this.#pending.delete(call);
    const cached = usage?.cacheRead;
    if (pending === undefined || cached === undefined || agent === undefined) return;
    // Of a resident prompt the cached tokens say how much was reused; of one that was gone they say nothing.
    const { older, residentTokens } = pending;
    const resident = Math.min(residentTokens, older.last?.tokens ?? 0) - older.roleTokens;
    if (resident <= 0) return;
    const amount = Math.max(0, Math.min(1, (cached - older.roleTokens) / resident));
    this.#learn(agent, older, chain, amount);
  }

  /** Nothing of the session runs any more. */
  endAll(): void {
    this.#running.clear();
    this.#pending.clear();
    for (const call of this.#queued.keys()) this.begun(call);
  }

  #isOpen(call: CallId): boolean {
    return this.#isHead(call) || this.#running.has(call);
  }

  #learn(agent: number, older: PromptChain, newer: PromptChain, amount: number): void {
    this.#model.amounts.observe(agent, newer.step - older.step, older.lastAmount, amount);
    newer.lastAmount = lastAmountOf(amount);
  }
}
