import type { EndpointId, Milliseconds } from './identities.ts';
import { isRecord } from './json-record.ts';

/**
 * What was done. `retention`: another prompt was given up than the engine would have. `warm-up`: a prompt was brought up
 * before its call. `renewal`: a paid life was prolonged. `served-tool`: a result was served in place of a tool's run.
 */
export type ModelledAct = 'retention' | 'warm-up' | 'renewal' | 'served-tool';

export interface ModelledCost {
  /** Tokens to compute. */
  readonly tokens: number;
  /** Of the engine, or of a tool. */
  readonly ms: Milliseconds;
  /** Absent where no price is known. */
  readonly usd?: number;
}

/** What the cost model of an engine makes of the acts of a policy. Reckoned, never measured. */
export interface ModelledEffect {
  readonly act: ModelledAct;
  /** Absent for tools. */
  readonly endpoint?: EndpointId;
  /** `no`: in shadow, what it would have been. */
  readonly carriedOut: 'yes' | 'no';
  readonly acts: number;
  /** Those that a call has shown to be of use, or to do harm; others may still be. */
  readonly resolved: number;
  /** What callers did not wait for or pay because of it; below 0 = they waited or paid more. */
  readonly saved: ModelledCost;
  /** What the acts took themselves, beside the calls. */
  readonly spent: ModelledCost;
}

export type ModelledRow = Pick<ModelledEffect, 'act' | 'endpoint' | 'carriedOut'>;

/** Rows of a policy; endpoints beyond them are not kept. */
const maxRows = 256;
const nothing: ModelledCost = { tokens: 0, ms: 0 };

/** What acts of policies were worth, by policy, act and endpoint. */
export class ModelledEffects {
  readonly #rows = new Map<string, Map<string, ModelledEffect>>();

  acted(policy: string, row: ModelledRow): void {
    this.#change(policy, row, (effect) => ({ ...effect, acts: effect.acts + 1 }));
  }

  saved(policy: string, row: ModelledRow, cost: ModelledCost): void {
    this.#change(policy, row, (effect) => ({
      ...effect,
      resolved: effect.resolved + 1,
      saved: plus(effect.saved, cost),
    }));
  }

  spent(policy: string, row: ModelledRow, cost: ModelledCost): void {
    this.#change(policy, row, (effect) => ({ ...effect, spent: plus(effect.spent, cost) }));
  }

  of(policy: string): readonly ModelledEffect[] {
    return [...(this.#rows.get(policy)?.values() ?? [])];
  }

  #change(
    policy: string,
    row: ModelledRow,
    change: (effect: ModelledEffect) => ModelledEffect,
  ): void {
    const rows = this.#rows.get(policy) ?? new Map<string, ModelledEffect>();
    this.#rows.set(policy, rows);
    const key = keyOf(row);
    if (!rows.has(key) && rows.size >= maxRows) return;
    rows.set(
      key,
      change(rows.get(key) ?? { ...row, acts: 0, resolved: 0, saved: nothing, spent: nothing }),
    );
  }

  save(): unknown {
    return Object.fromEntries(
      Array.from(this.#rows, ([policy, rows]) => [policy, [...rows.values()]]),
    );
  }

  /**
   * @returns what adds the saved sums
   * @throws {TypeError} for what `save` has not made
   */
  read(saved: unknown): () => void {
    if (!isRecord(saved)) throw new TypeError(`not modelled effects: ${JSON.stringify(saved)}`);
    const kept = Object.entries(saved).map(([policy, rows]) => [policy, effectsOf(rows)] as const);
    return () => {
      for (const [policy, rows] of kept) {
        for (const { acts, resolved, saved: gained, spent, ...row } of rows) {
          this.#change(policy, row, (effect) => ({
            ...effect,
            acts: effect.acts + acts,
            resolved: effect.resolved + resolved,
            saved: plus(effect.saved, gained),
            spent: plus(effect.spent, spent),
          }));
        }
      }
    };
  }
}

function keyOf({ act, endpoint, carriedOut }: ModelledRow): string {
  return JSON.stringify([act, endpoint, carriedOut]);
}

function plus(a: ModelledCost, b: ModelledCost): ModelledCost {
  const usd = a.usd === undefined && b.usd === undefined ? undefined : (a.usd ?? 0) + (b.usd ?? 0);
  return { tokens: a.tokens + b.tokens, ms: a.ms + b.ms, ...(usd !== undefined && { usd }) };
}

const acts: Readonly<Record<ModelledAct, true>> = {
  retention: true,
  'warm-up': true,
  renewal: true,
  'served-tool': true,
};

function effectsOf(rows: unknown): readonly ModelledEffect[] {
  if (Array.isArray(rows) && rows.every(isEffect)) return rows;
  throw new TypeError(`not modelled effects: ${JSON.stringify(rows)}`);
}

function isEffect(row: unknown): row is ModelledEffect {
  if (!isRecord(row)) return false;
  const { act, endpoint, carriedOut } = row;
  return (
    typeof act === 'string' &&
    act in acts &&
    (endpoint === undefined || typeof endpoint === 'string') &&
    (carriedOut === 'yes' || carriedOut === 'no') &&
    Number.isFinite(row['acts']) &&
    Number.isFinite(row['resolved']) &&
    isCost(row['saved']) &&
    isCost(row['spent'])
  );
}

function isCost(cost: unknown): cost is ModelledCost {
  if (!isRecord(cost)) return false;
  const { tokens, ms, usd } = cost;
  return (
    Number.isFinite(tokens) && Number.isFinite(ms) && (usd === undefined || Number.isFinite(usd))
  );
}
