import type { RuntimeEvent } from './events.ts';
import type { EndpointId } from './identities.ts';
import { recordOf } from './json-record.ts';
import { Arms } from './measured-effect.ts';
import type { MeasuredEffect } from './measured-effect.ts';
import type { Policy } from './policy.ts';
import type { PolicyStanding } from './policy-standing.ts';
import type { PolicyTrial, TrialKind } from './policy-trial.ts';
import { TrialUnits } from './trial-units.ts';
import type { Unit } from './trial-units.ts';

/** What was seen of a policy where it acted and where it did not. */
export type Measured =
  | {
      /** Sessions that were left alone, or blocks of time in which the policy did not act. */
      readonly by: 'holdout' | 'switchback';
      readonly unit: 'session' | 'block';
      /** Over all endpoints on which the policy acts. */
      readonly effects: readonly MeasuredEffect[];
      /** On each of them, where there are several. */
      readonly endpoints?: Readonly<Record<EndpointId, readonly MeasuredEffect[]>>;
    }
  | { readonly by: 'nothing'; readonly why: string };

interface Books {
  readonly all: Arms;
  readonly endpoints: Map<EndpointId, Arms>;
}

/** Endpoints that a policy keeps books of. */
const maxEndpoints = 64;

/**
 * Compares what calls met where a policy acted and where it did not. The unit is the session or the block of time, never
 * the call: calls of a session, and calls that share a cache, are not independent.
 */
export class EffectLedger {
  readonly #trial: PolicyTrial;
  readonly #policies: readonly Policy[];
  readonly #standing: Pick<PolicyStanding, 'actsAt'>;
  readonly #books: ReadonlyMap<string, Books>;
  readonly #units: TrialUnits;
  #stopped = false;

  constructor(
    trial: PolicyTrial,
    policies: readonly Policy[],
    standing: Pick<PolicyStanding, 'actsAt'>,
  ) {
    this.#trial = trial;
    this.#policies = policies;
    this.#standing = standing;
    this.#books = new Map(
      policies.map(({ name }) => [name, { all: new Arms(), endpoints: new Map() }]),
    );
    this.#units = new TrialUnits(() => trial.block, {
      session: (session, unit) =>
        this.#book(unit, 'holdout', (policy) => trial.actsInSession(policy, session)),
      block: (index, unit) =>
        this.#book(unit, 'switchback', (policy) => trial.actsInBlock(policy, index)),
    });
  }

  observe(event: RuntimeEvent): void {
    if (!this.#stopped) this.#units.observe(event);
  }

  /** Nobody acts any more: what comes now is no evidence, nor is what has begun. */
  stop(): void {
    this.#stopped = true;
    this.#units.clear();
  }

  #book(unit: Unit, kind: TrialKind, acted: (policy: Policy) => boolean): void {
    for (const policy of this.#policies) {
      const books = this.#books.get(policy.name);
      if (books === undefined || this.#trial.kindOf(policy) !== kind) continue;
      const places = unit.places.filter((place) => this.#standing.actsAt(policy.name, place));
      books.all.add(acted(policy), unit.figures(places));
      for (const place of places) {
        if (place === undefined) continue;
        armsOf(books, place)?.add(acted(policy), unit.figures([place]));
      }
    }
  }

  of(name: string): Measured {
    const policy = this.#policies.find((one) => one.name === name);
    const books = this.#books.get(name);
    if (policy === undefined || books === undefined) return { by: 'nothing', why: 'it is unknown' };
    const by = this.#trial.kindOf(policy);
    if (by === 'none') return { by: 'nothing', why: 'it guards, and is never taken away' };
    const endpoints = Object.fromEntries(
      Array.from(books.endpoints, ([endpoint, arms]) => [endpoint, arms.effects()]),
    );
    return {
      by,
      unit: by === 'holdout' ? 'session' : 'block',
      effects: books.all.effects(),
      ...(books.endpoints.size > 1 && { endpoints }),
    };
  }

  /** All that must be kept to go on in another process. Plain JSON. */
  save(): unknown {
    const policies = this.#policies.flatMap((policy) => {
      const books = this.#books.get(policy.name);
      const by = this.#trial.kindOf(policy);
      if (books === undefined || by === 'none') return [];
      const endpoints = Object.fromEntries(books.endpoints);
      return [[policy.name, { by, all: books.all, endpoints }] as const];
    });
    return { key: this.#trial.sessionKey, policies: Object.fromEntries(policies) };
  }

  /**
   * Reads what another process saved; what it knows of policies that are not listed, or were measured otherwise, is left
   * behind.
   * @returns what goes on from there
   * @throws {TypeError} for what `save` has not made
   */
  read(saved: unknown): () => void {
    const { key, policies } = recordOf(saved);
    if (typeof key !== 'number' || !Number.isFinite(key)) throw new TypeError('there is no key');
    const kept = Object.entries(recordOf(policies)).map(([name, of]) => {
      const { by, all, endpoints } = recordOf(of);
      const each = Object.entries(recordOf(endpoints));
      return {
        name,
        by,
        all: Arms.from(all),
        endpoints: each.map(([endpoint, arms]) => [endpoint, Arms.from(arms)] as const),
      };
    });
    return () => {
      this.#trial.sessionKey = key;
      for (const { name, by, all, endpoints } of kept) {
        const policy = this.#policies.find((one) => one.name === name);
        const books = this.#books.get(name);
        if (policy === undefined || books === undefined || this.#trial.kindOf(policy) !== by)
          continue;
        books.all.merge(all);
        for (const [endpoint, arms] of endpoints) armsOf(books, endpoint)?.merge(arms);
      }
    };
  }
}

function armsOf({ endpoints }: Books, endpoint: EndpointId): Arms | undefined {
  const known = endpoints.get(endpoint);
  if (known !== undefined || endpoints.size >= maxEndpoints) return known;
  const arms = new Arms();
  endpoints.set(endpoint, arms);
  return arms;
}
