import { BudgetAccount } from './budget-account.ts';
import type { CallPlan, Directive } from './directives.ts';
import { effectOf, EffectWatch, type MissingEffect } from './effect-watch.ts';
import type { EngineDriver, Capabilities } from './engine-driver.ts';
import type { EndpointId, IntentId, Milliseconds } from './identities.ts';
import type { Intent, Outcome, Ticket } from './intents.ts';
import type { By } from './policy-host.ts';
import { mergeDirectives } from './merge-directives.ts';
import { MoneyPurse } from './money-purse.ts';
import type { MoneyValue } from './money-value.ts';
import type { Clock, Ids } from './ports.ts';
import type { EngineLoad } from './residency.ts';
import type { Budget } from './runtime.ts';
import { TenantAccounts } from './tenant-accounts.ts';

/** Why an intent was not admitted; a closed set, so that refusals can be counted. */
export type Refusal =
  | 'stopped'
  | 'requests-wait'
  | 'engine-busy'
  | 'load-unknown'
  | 'costs-money'
  | 'does-not-pay'
  | 'too-short'
  | 'over-budget'
  | 'over-tenant-share'
  /** The engine showed nothing of it the last times. */
  | 'without-effect'
  | 'not-supported';

/** Who wishes, and what the act is worth. */
interface Actor {
  readonly policy: string;
  /** The estimate of who knows what the act will compute. */
  readonly engineMs?: Milliseconds;
  /** Where it costs money. */
  readonly money?: MoneyValue;
}

interface Account {
  readonly driver: EngineDriver;
  readonly capabilities: Capabilities;
  readonly budget: Budget;
  readonly savings: BudgetAccount;
  readonly purse: MoneyPurse;
  readonly tenants: TenantAccounts;
  readonly effects: EffectWatch;
}

/** One plan per call, and one purse per endpoint: the only place where wishes of policies become acts. */
export class Arbiter {
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #queued: (endpoint: EndpointId) => number;
  readonly #accounts = new Map<EndpointId, Account>();
  readonly #open = new Map<
    IntentId,
    { readonly ticket: Ticket; readonly abort: AbortController }
  >();
  #stopped = false;

  /** `queued`: calls that wait for the endpoint before the engine can know of them. */
  constructor({
    clock,
    ids,
    queued = () => 0,
  }: {
    readonly clock: Clock;
    readonly ids: Ids;
    readonly queued?: (endpoint: EndpointId) => number;
  }) {
    this.#clock = clock;
    this.#ids = ids;
    this.#queued = queued;
  }

  #load(driver: EngineDriver): EngineLoad {
    const load = driver.load();
    const queued = this.#queued(driver.endpoint);
    return queued === 0 ? load : { ...load, waiting: load.waiting + queued };
  }

  open(driver: EngineDriver, capabilities: Capabilities, wanted: Partial<Budget>): void {
    const budget: Budget = {
      share: capabilities.exclusive ? 0.5 : 0,
      burstMs: 4_000,
      maxWaiting: 0,
      maxRunning: 0,
      maxLoadAgeMs: 1_000,
      usdPerHour: 0,
      waitUsdPerSecond: 0,
      tenantShare: 0.5,
      ...wanted,
    };
    const savings = new BudgetAccount(budget, this.#clock.now());
    const purse = new MoneyPurse(budget.usdPerHour);
    const tenants = new TenantAccounts(budget);
    const effects = new EffectWatch(() => this.#clock.now());
    this.#accounts.set(driver.endpoint, {
      driver,
      capabilities,
      budget,
      savings,
      purse,
      tenants,
      effects,
    });
  }

  /** Books idle time; called whenever the load of the endpoint may have changed. */
  note(endpoint: EndpointId): void {
    const account = this.#accounts.get(endpoint);
    if (account === undefined) return;
    const load = this.#load(account.driver);
    // Our own warm-ups are no idle time either, and an engine need not count them as requests.
    const running = load.running + this.#prefetching(endpoint);
    account.savings.note({ ...load, running }, this.#clock.now());
  }

  /** A request is about to be sent there: books the idle time that ends now. */
  begin(endpoint: EndpointId): void {
    this.note(endpoint);
    this.#accounts.get(endpoint)?.savings.begin();
  }

  #prefetching(endpoint: EndpointId): number {
    let count = 0;
    for (const { ticket } of this.#open.values()) {
      const { kind, prefix } = ticket.intent;
      if (kind === 'prefetch' && prefix.scope.endpoint === endpoint) count += 1;
    }
    return count;
  }

  available(endpoint: EndpointId): Milliseconds {
    return this.#accounts.get(endpoint)?.savings.availableMs ?? 0;
  }

  merge(directives: readonly By<Directive>[]): CallPlan {
    return mergeDirectives(directives);
  }

  /** Reserves the estimated engine time, or the dollars where an act costs money; or says why not. */
  admit(intent: Intent, by: Actor): Ticket | { readonly refused: Refusal } {
    const account = this.#accounts.get(intent.prefix.scope.endpoint);
    if (account === undefined) return { refused: 'not-supported' };
    const refused = this.#refusal(intent, account);
    if (refused !== undefined) return { refused };
    const paid = account.capabilities.extraRequestsCostMoney && intent.kind !== 'release';
    const { valueUsd = 0, usd = 0 } = by.money ?? {};
    if (paid && !(valueUsd > 0)) return { refused: 'does-not-pay' };
    const reservedMs = paid ? 0 : (by.engineMs ?? this.#estimateMs(intent, account.driver));
    this.note(account.driver.endpoint);
    const reserved = this.#reserve(account, intent, reservedMs, paid ? usd : undefined);
    if ('refused' in reserved) return reserved;
    const { id } = reserved;
    if (intent.kind === 'prefetch') account.savings.begin();
    const effect = effectOf(intent, account.capabilities);
    if (effect !== undefined) account.effects.tried(effect, id);
    const abort = new AbortController();
    const ticket: Ticket = { id, policy: by.policy, intent, reservedMs, signal: abort.signal };
    this.#open.set(id, { ticket, abort });
    return ticket;
  }

  /** Takes time and dollars out of the endpoint's account and the tenant's, or nothing out of either. */
  #reserve(
    { savings, purse, tenants }: Account,
    { prefix }: Intent,
    ms: Milliseconds,
    usd: number | undefined,
  ): { readonly id: IntentId } | { readonly refused: Refusal } {
    const nowMs = this.#clock.now();
    if (!savings.reserve(ms)) return { refused: 'over-budget' };
    const id = this.#ids('intent');
    if (usd !== undefined && !purse.reserve(id, usd, nowMs)) {
      savings.settle(ms, 0);
      return { refused: 'over-budget' };
    }
    const { namespace: tenant } = prefix.scope;
    const wanted = { id, ms, usd: usd ?? 0 };
    if (tenant === '' || tenants.reserve(tenant, wanted, savings.earnedMs, nowMs)) return { id };
    savings.settle(ms, 0);
    purse.cancel(id);
    return { refused: 'over-tenant-share' };
  }

  /** Could a prefetch be admitted anywhere now? While not, nobody needs to be asked for one. */
  get accepts(): boolean {
    if (this.#stopped) return false;
    return [...this.#accounts.values()].some(({ driver, capabilities, budget }) => {
      const { running, waiting } = this.#load(driver);
      const quiet = running <= budget.maxRunning && waiting <= budget.maxWaiting;
      return capabilities.prefetch !== 'none' && quiet;
    });
  }

  /** May requests of our own cost money there? */
  spends(endpoint: EndpointId): boolean {
    const account = this.#accounts.get(endpoint);
    return account?.capabilities.extraRequestsCostMoney === true && account.budget.usdPerHour > 0;
  }

  waitUsdPerSecond(endpoint: EndpointId): number {
    return this.#accounts.get(endpoint)?.budget.waitUsdPerSecond ?? 0;
  }

  /** Could a prefix be touched there now? */
  touches(endpoint: EndpointId): boolean {
    const account = this.#accounts.get(endpoint);
    if (account === undefined || this.#stopped) return false;
    this.note(endpoint);
    return account.savings.availableMs > 0 && this.#refusesAll(account) === undefined;
  }

  #refusesAll({ driver, budget }: Account): Refusal | undefined {
    if (this.#stopped) return 'stopped';
    const load = this.#load(driver);
    if (load.ageMs > budget.maxLoadAgeMs) return 'load-unknown';
    return load.waiting > budget.maxWaiting ? 'requests-wait' : undefined;
  }

  #refusal(intent: Intent, account: Account): Refusal | undefined {
    const { driver, capabilities, budget } = account;
    // What is given up takes none of the engine's time.
    if (intent.kind === 'release') return this.#stopped ? 'stopped' : undefined;
    const refused = this.#refusesAll(account);
    if (refused !== undefined) return refused;
    if (intent.kind === 'prefetch' && capabilities.prefetch === 'none') return 'not-supported';
    const effect = effectOf(intent, capabilities);
    if (effect !== undefined && !account.effects.allows(effect)) return 'without-effect';
    if (capabilities.extraRequestsCostMoney && budget.usdPerHour === 0) return 'costs-money';
    if (intent.kind === 'retain') return undefined;
    if (intent.prefix.tokens < capabilities.minWarmTokens) return 'too-short';
    return this.#load(driver).running > budget.maxRunning ? 'engine-busy' : undefined;
  }

  #estimateMs(intent: Intent, { residency, cost }: EngineDriver): Milliseconds {
    if (intent.kind !== 'prefetch') return 0;
    const { tokens, tier } = residency.of(intent.prefix);
    const load = tier === undefined ? 0 : cost.loadMs(tokens, tier);
    return load + cost.computeMs(tokens, intent.prefix.tokens);
  }

  /** Gives back what was not used. Undefined for a ticket that is not open: an outcome is said once. */
  settle(outcome: Outcome): Ticket | undefined {
    const open = this.#open.get(outcome.id);
    if (open === undefined) return undefined;
    const { endpoint, namespace } = open.ticket.intent.prefix.scope;
    // While the ticket is still open, so that its own time is not booked as idle.
    this.note(endpoint);
    this.#open.delete(outcome.id);
    const account = this.#accounts.get(endpoint);
    account?.savings.settle(open.ticket.reservedMs, outcome.engineMs);
    account?.purse.settle(outcome);
    if (namespace !== '') account?.tenants.settle(namespace, open.ticket.reservedMs, outcome);
    if (account !== undefined && outcome.state !== 'applied') {
      const effect = effectOf(open.ticket.intent, account.capabilities);
      if (effect !== undefined) account.effects.voided(effect, outcome.id);
    }
    this.note(endpoint);
    return open.ticket;
  }

  /** A call has shown whether an act had its effect. */
  shown(intent: Intent, seen: boolean): void {
    const account = this.#accounts.get(intent.prefix.scope.endpoint);
    const effect = account && effectOf(intent, account.capabilities);
    if (effect !== undefined) account?.effects.shown(effect, seen);
  }

  /** What is not sought there now, since the engine did not show it. */
  missing(endpoint: EndpointId): readonly MissingEffect[] {
    const account = this.#accounts.get(endpoint);
    if (account === undefined) return [];
    return [...account.effects.missing, ...(account.driver.missing?.() ?? [])];
  }

  /** Cancels open prefetches of an endpoint except those whose prefix `joins`: the call takes those over. */
  yieldTo(endpoint: EndpointId, joins: (intent: Intent) => boolean): void {
    for (const { ticket, abort } of this.#open.values()) {
      const { intent } = ticket;
      if (intent.kind !== 'prefetch' || intent.prefix.scope.endpoint !== endpoint) continue;
      if (!joins(intent)) abort.abort();
    }
  }

  /** Nothing is admitted from now on, and what runs is cancelled. */
  stop(): void {
    this.#stopped = true;
    for (const { abort } of this.#open.values()) abort.abort();
  }
}
