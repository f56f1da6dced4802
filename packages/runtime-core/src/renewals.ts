import type { Arbiter } from './arbiter.ts';
import { contextOver, type World } from './decision-record.ts';
import type { EngineDriver } from './engine-driver.ts';
import type { EndpointId, Milliseconds, PrefixId, PrefixRef } from './identities.ts';
import type { Outcome, Ticket } from './intents.ts';
import { moneyOfRenewal, type MoneyValue } from './money-value.ts';
import type { ModelledActs } from './modelled-acts.ts';
import type { PolicyMode } from './policy.ts';
import type { PolicyHost } from './policy-host.ts';
import type { Clock } from './ports.ts';
import type { Tally } from './tally.ts';

interface RenewalParts {
  readonly clock: Clock;
  readonly host: PolicyHost;
  readonly arbiter: Arbiter;
  readonly world: World;
  readonly tally: Tally;
  readonly mode: (endpoint: EndpointId) => PolicyMode;
  readonly driver: (endpoint: EndpointId) => EngineDriver;
  readonly modelled: ModelledActs;
  readonly start: (ticket: Ticket, driver: EngineDriver) => void;
}

/** What renewals should have saved, as foreseen when they were sent: a model, not a measurement. */
export interface ModelledRenewals {
  readonly renewals: number;
  /** Dollars beyond what they cost. */
  readonly savedByRenewalsUsd: number;
}

const actor = 'renewal';
/** So long before its end a life is renewed: a request of our own needs its time. */
const longestLeadMs: Milliseconds = 30_000;
const leadShare = 0.1;
/** Prefixes that are watched; the one unused for the longest goes first. */
const maxWatched = 1_024;

/**
 * Keeps what lives in a paid cache alive where that is expected to cost less than writing it again: shortly before a
 * prefix expires unused, its reuse is asked for once more. Only where the user has set `usdPerHour`.
 */
export class Renewals {
  readonly #parts: RenewalParts;
  /** Cancels the look at a prefix. */
  readonly #watched = new Map<PrefixId, () => void>();
  readonly #modelled = new Map<EndpointId, ModelledRenewals>();

  constructor(parts: RenewalParts) {
    this.#parts = parts;
  }

  /** A call over these prefixes is over. */
  callEnded(prefixes: readonly PrefixRef[]): void {
    const endpoint = prefixes[0]?.scope.endpoint;
    if (endpoint === undefined || !this.#parts.arbiter.spends(endpoint)) return;
    for (const prefix of prefixes) this.#watch(prefix);
  }

  #watch(prefix: PrefixRef): void {
    const { clock, world } = this.#parts;
    this.#watched.get(prefix.id)?.();
    this.#watched.delete(prefix.id);
    const { ttlMs, expiresAtMs } = world.residency.of(prefix);
    if (ttlMs === undefined || expiresAtMs === undefined) return;
    const cancel = clock.at(expiresAtMs - leadOf(ttlMs), () => this.#due(prefix, expiresAtMs));
    this.#watched.set(prefix.id, cancel);
    if (this.#watched.size <= maxWatched) return;
    const [oldest] = this.#watched.entries();
    oldest?.[1]();
    if (oldest !== undefined) this.#watched.delete(oldest[0]);
  }

  #due(prefix: PrefixRef, expectedMs: Milliseconds): void {
    this.#watched.delete(prefix.id);
    try {
      const { expiresAtMs } = this.#parts.world.residency.of(prefix);
      // It was used since: as the beginning of another prompt, or by a call that is not over.
      if (expiresAtMs !== undefined && expiresAtMs > expectedMs) this.#watch(prefix);
      else this.#renew(prefix);
    } catch {
      // An engine or a policy that cannot be asked; the prefix expires as it would have.
      this.#parts.tally.count('renewal-fault');
    }
  }

  #renew(prefix: PrefixRef): void {
    const { arbiter, clock, driver, host, mode, start, tally, world } = this.#parts;
    const { endpoint } = prefix.scope;
    const { ttlMs, expiresAtMs } = world.residency.of(prefix);
    if (ttlMs === undefined || expiresAtMs === undefined || !host.foresees(mode(endpoint))) return;
    const money = this.#money(prefix, ttlMs, expiresAtMs - clock.now());
    if (money === undefined) return;
    const worth = { reuse: 0, gainMs: 0, keep: 0 };
    const wish = { kind: 'retain', prefix, worth, untilMs: expiresAtMs + ttlMs } as const;
    const ticket = arbiter.admit(wish, { policy: actor, money });
    if ('refused' in ticket) {
      tally.count(ticket.refused);
      return;
    }
    const { renewals, savedByRenewalsUsd } = this.modelled(endpoint) ?? none;
    this.#modelled.set(endpoint, {
      renewals: renewals + 1,
      savedByRenewalsUsd: savedByRenewalsUsd + money.valueUsd,
    });
    this.#parts.modelled.kept(
      'predict.reuse',
      { act: 'renewal', endpoint, carriedOut: 'yes' },
      {
        prefix,
        ownTokens: prefix.tokens - this.#heldParent(prefix),
        goneWithout: () => clock.now() > expiresAtMs,
      },
    );
    start(ticket, driver(endpoint));
  }

  #money(prefix: PrefixRef, ttlMs: Milliseconds, leadMs: Milliseconds): MoneyValue | undefined {
    const { clock, host, world } = this.#parts;
    const context = contextOver(host, world, clock.now());
    let foreseen = true;
    const reusedWithin = (ms: Milliseconds): number => {
      const share = host.reuse(prefix, ms, context);
      if (share === undefined) foreseen = false;
      return Math.min(1, Math.max(0, share ?? 0));
    };
    const ownTokens = prefix.tokens - this.#heldParent(prefix);
    const { money } = world.cost(prefix.scope);
    const value = moneyOfRenewal(prefix, { ownTokens, ttlMs, leadMs }, money, reusedWithin);
    return foreseen ? value : undefined;
  }

  /** Tokens of its role that are held by themselves: losing the session does not lose them. */
  #heldParent(prefix: PrefixRef): number {
    const { parent } = prefix;
    if (parent === undefined) return 0;
    return this.#parts.world.residency.of({ ...prefix, id: parent }).tokens;
  }

  settled({ policy, intent }: Ticket, { state }: Outcome): void {
    if (policy === actor && state === 'applied') this.#watch(intent.prefix);
  }

  modelled(endpoint: EndpointId): ModelledRenewals | undefined {
    return this.#modelled.get(endpoint);
  }
}

const none: ModelledRenewals = { renewals: 0, savedByRenewalsUsd: 0 };

function leadOf(ttlMs: Milliseconds): Milliseconds {
  return Math.min(longestLeadMs, ttlMs * leadShare);
}
