import { startingCreditMs } from './budget-account.ts';
import type { IntentId, Milliseconds } from './identities.ts';
import type { Outcome } from './intents.ts';
import { MoneyPurse } from './money-purse.ts';
import type { Budget } from './runtime.ts';

/** Tenants whose accounts are kept; the one that acted longest ago goes first. What all of them use is limited anyway. */
const tenantsKept = 1_024;

interface TenantAccount {
  savedMs: Milliseconds;
  /** What the endpoint had earned when this was last looked at. */
  earnedMs: Milliseconds;
  readonly purse: MoneyPurse;
}

/**
 * What each tenant of one endpoint may use of the time and the dollars of background acts: a share of everything earned,
 * so that the warm-ups of one do not leave the others without.
 */
export class TenantAccounts {
  readonly #budget: Budget;
  readonly #maxMs: Milliseconds;
  readonly #accounts = new Map<string, TenantAccount>();

  constructor(budget: Budget) {
    this.#budget = budget;
    this.#maxMs = budget.burstMs * budget.tenantShare;
  }

  /**
   * Takes engine time and dollars out of the tenant's account, or nothing.
   * @param earnedMs - what the endpoint has earned so far, all together
   */
  reserve(
    tenant: string,
    { id, ms, usd }: { readonly id: IntentId; readonly ms: Milliseconds; readonly usd: number },
    earnedMs: Milliseconds,
    nowMs: Milliseconds,
  ): boolean {
    const account = this.#of(tenant, earnedMs);
    if (ms > account.savedMs || (usd > 0 && !account.purse.reserve(id, usd, nowMs))) return false;
    account.savedMs -= ms;
    return true;
  }

  /** Gives back what was not used, as the endpoint's own account does. */
  settle(tenant: string, reservedMs: Milliseconds, outcome: Outcome): void {
    const account = this.#accounts.get(tenant);
    if (account === undefined) return;
    const { engineMs } = outcome;
    const left = account.savedMs + reservedMs - (engineMs >= 0 ? engineMs : reservedMs);
    account.savedMs = Math.min(this.#maxMs, Math.max(0, left));
    account.purse.settle(outcome);
  }

  #of(tenant: string, earnedMs: Milliseconds): TenantAccount {
    const { tenantShare, usdPerHour } = this.#budget;
    const account = this.#accounts.get(tenant) ?? {
      savedMs: startingCreditMs(this.#budget) * tenantShare,
      earnedMs,
      purse: new MoneyPurse(usdPerHour * tenantShare),
    };
    const share = (earnedMs - account.earnedMs) * tenantShare;
    account.savedMs = Math.min(this.#maxMs, account.savedMs + share);
    account.earnedMs = earnedMs;
    // Anew at the end, so that who acted last goes last.
    this.#accounts.delete(tenant);
    this.#accounts.set(tenant, account);
    if (this.#accounts.size > tenantsKept) {
      const [oldest] = this.#accounts.keys();
      if (oldest !== undefined) this.#accounts.delete(oldest);
    }
    return account;
  }
}
