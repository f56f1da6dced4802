import { emitWarning } from 'node:process';
import type {
  AgentId,
  CallDraft,
  CallId,
  Milliseconds,
  RuntimeEvent,
  SessionId,
  Usage,
} from '@entresol/runtime-core';
import { AccountBook } from './account-book.ts';
import type { Account } from './account-book.ts';
import { memoryBudgets } from './budget-store.ts';
import type { SafetyOptions } from './options.ts';
import { SessionClocks } from './session-clocks.ts';
import { minus, nothingSpent } from './spending.ts';
import type { Spending } from './spending.ts';
import { mostUsd, usdOf } from './token-prices.ts';
import type { TokenPrices } from './token-prices.ts';

interface Reservation {
  readonly session: SessionId;
  readonly keys: readonly string[];
  readonly most: Spending;
  readonly prices: TokenPrices | undefined;
}

const runKey = (session: SessionId, run: number): string => JSON.stringify(['run', session, run]);
const sessionKey = (session: SessionId): string => JSON.stringify(['session', session]);

/** What runs, sessions, agents and tenants may use: reserved before a call at the most it can be, settled by its usage. */
export class Budgets {
  readonly #options: SafetyOptions;
  readonly #clocks = new SessionClocks();
  readonly #book: AccountBook;
  readonly #reserved = new Map<CallId, Reservation>();

  constructor(options: SafetyOptions) {
    const { budgets = memoryBudgets(), warn = emitWarning } = options;
    this.#options = options;
    this.#book = new AccountBook(budgets, warn);
  }

  get failures(): number {
    return this.#book.failures;
  }

  /** Why nothing more may be begun in the session now. */
  late(session: SessionId, nowMs: Milliseconds): string | undefined {
    const { perRun, perSession } = this.#options;
    const { runSinceMs, sinceMs } = this.#clocks.of(session, nowMs);
    if (perRun?.wallMs !== undefined && nowMs - runSinceMs >= perRun.wallMs) {
      return `the run has used up its ${perRun.wallMs} ms`;
    }
    if (perSession?.wallMs !== undefined && nowMs - sinceMs >= perSession.wallMs) {
      return `the session has used up its ${perSession.wallMs} ms`;
    }
    return undefined;
  }

  /** Why the call may not be sent; undefined = what it can use is reserved. */
  reserve(
    { call, agent, session, scope, inputTokens }: CallDraft,
    nowMs: Milliseconds,
  ): string | undefined {
    const { perTenant, usdPerMillionTokens, outputTokensPerCall = 0 } = this.#options;
    const tenant = scope.namespace;
    if (perTenant !== undefined && tenant === '') return 'the call has no tenant to charge';
    const accounts = this.#accounts(session, agent, nowMs);
    if (perTenant !== undefined) {
      const key = JSON.stringify(['tenant', tenant]);
      accounts.push({ key, budget: perTenant, of: 'the tenant' });
    }
    const prices = new Map(Object.entries(usdPerMillionTokens ?? {})).get(scope.model);
    if (prices === undefined && accounts.some(({ budget }) => budget.usd !== undefined)) {
      return `no price is known for ${scope.model}`;
    }
    const most: Spending = {
      calls: 1,
      tokens: inputTokens + outputTokensPerCall,
      usd: prices === undefined ? 0 : mostUsd(prices, inputTokens, outputTokensPerCall),
      steps: 0,
    };
    const reason = this.#book.spend(accounts, most);
    if (reason !== undefined) return reason;
    if (accounts.length === 0) return undefined;
    // A retry is sent again: what its first attempt may have used stays used.
    this.#reserved.set(call, { session, keys: accounts.map(({ key }) => key), most, prices });
    return undefined;
  }

  /** Why the step may not be taken; undefined = it is counted. */
  step(session: SessionId, to: AgentId, nowMs: Milliseconds): string | undefined {
    const accounts = this.#accounts(session, to, nowMs).filter(
      ({ budget }) => budget.steps !== undefined,
    );
    return this.#book.spend(accounts, { ...nothingSpent, steps: 1 });
  }

  observe(event: RuntimeEvent): void {
    if (event.type === 'call-end') this.#settle(event.call, event.usage);
    if (event.type === 'call-fail') this.#reserved.delete(event.call);
    if (event.type === 'session-pause' || event.type === 'session-close') this.#end(event);
    this.#clocks.observe(event);
  }

  #accounts(session: SessionId, agent: AgentId, nowMs: Milliseconds): Account[] {
    const { perRun, perSession, perAgent } = this.#options;
    const { run } = this.#clocks.of(session, nowMs);
    const accounts: Account[] = [];
    if (perRun) accounts.push({ key: runKey(session, run), budget: perRun, of: 'the run' });
    if (perSession) {
      accounts.push({ key: sessionKey(session), budget: perSession, of: 'the session' });
    }
    if (perAgent) {
      accounts.push({ key: JSON.stringify(['agent', agent]), budget: perAgent, of: agent });
    }
    return accounts;
  }

  /** Without a usage the whole reservation counts as used: nobody knows better. */
  #settle(call: CallId, usage: Usage | undefined): void {
    const reservation = this.#reserved.get(call);
    this.#reserved.delete(call);
    if (reservation === undefined || usage === undefined) return;
    const { keys, most, prices } = reservation;
    const used: Spending = {
      ...most,
      tokens: usage.input + usage.output,
      usd: prices === undefined ? 0 : usdOf(prices, usage),
    };
    for (const key of keys) this.#book.correct(key, minus(used, most));
  }

  /** Accounts of what is over are dropped; a call of it that is still under way no longer counts there. */
  #end({ session, type }: { readonly session: SessionId; readonly type: string }): void {
    const { perRun, perSession } = this.#options;
    const clock = this.#clocks.peek(session);
    if (clock === undefined) return;
    const over = new Set<string>();
    if (perRun) over.add(runKey(session, clock.run));
    if (perSession && type === 'session-close') over.add(sessionKey(session));
    for (const key of over) this.#book.drop(key);
    for (const [call, reservation] of this.#reserved) {
      if (reservation.session !== session) continue;
      const keys = reservation.keys.filter((key) => !over.has(key));
      if (keys.length === 0) this.#reserved.delete(call);
      else this.#reserved.set(call, { ...reservation, keys });
    }
  }
}
