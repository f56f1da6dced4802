import type { RuntimeEvent } from './events.ts';
import type { CallId, Milliseconds, SessionId } from './identities.ts';
import type { Policy } from './policy.ts';
import type { PolicyTrial } from './policy-trial.ts';
import { Sample, welchMargin } from './sample.ts';

/** What is compared. */
export type EffectMetric = 'net-hit-rate' | 'ttft-ms';

/** Measured effect of a policy on one figure. */
export interface MeasuredEffect {
  readonly metric: EffectMetric;
  /** Mean over the units in which the policy did not act, and did; undefined where there is none yet. */
  readonly without: number | undefined;
  readonly with: number | undefined;
  /** 95 % interval of with − without; undefined where there is too little to say. */
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly units: { readonly without: number; readonly with: number };
  /** `open`: the interval holds 0, or there is none. */
  readonly verdict: 'gain' | 'loss' | 'open';
  /** Units of the rarer kind that are still needed, if the difference stays what it is; absent when it is no longer open. */
  readonly stillNeeded?: number;
}

/** What a policy did to the figures that it is for. Plain JSON. */
export type LedgerEntry = {
  readonly policy: string;
  readonly mode: string;
} & (
  | {
      /** Sessions that were left alone, or blocks of time in which the policy did not act. */
      readonly measuredBy: 'holdout' | 'switchback';
      readonly unit: 'session' | 'block';
      readonly effects: readonly MeasuredEffect[];
    }
  | { readonly measuredBy: 'nothing'; readonly why: string }
);

interface Unit {
  /** Calls that have not ended. */
  open: number;
  promptTokens: number;
  cachedTokens: number;
  warmUpTokens: number;
  ttftMs: number;
  answers: number;
}

interface OpenCall {
  readonly startedAtMs: Milliseconds;
  readonly session: SessionId;
  readonly block: number | undefined;
  answered: boolean;
}

interface Arms {
  readonly without: Record<EffectMetric, Sample>;
  readonly with: Record<EffectMetric, Sample>;
}

const metrics: readonly EffectMetric[] = ['net-hit-rate', 'ttft-ms'];
/** More of these is better. */
const wanted: Readonly<Record<EffectMetric, 1 | -1>> = { 'net-hit-rate': 1, 'ttft-ms': -1 };
const leastUnits = 5;
/** Sessions beyond these are not followed. */
const maxSessions = 4_096;

/**
 * Compares what calls met where a policy acted and where it did not. The unit is the session or the block of time, never
 * the call: calls of a session, and calls that share a cache, are not independent.
 */
export class EffectLedger {
  readonly #trial: PolicyTrial;
  readonly #policies: readonly Policy[];
  readonly #arms: ReadonlyMap<string, Arms>;
  readonly #calls = new Map<CallId, OpenCall>();
  readonly #sessions = new Map<SessionId, Unit>();
  readonly #blocks = new Map<number, Unit>();

  constructor(trial: PolicyTrial, policies: readonly Policy[]) {
    this.#trial = trial;
    this.#policies = policies;
    this.#arms = new Map(
      policies.map(({ name }) => [name, { without: emptyArm(), with: emptyArm() }]),
    );
  }

  observe(event: RuntimeEvent): void {
    this.#closeBlocks();
    const { type } = event;
    if (type === 'call-start') this.#start(event.call, event.session, event.atMs);
    // Where an answer came in one piece it is its own first token.
    if (type === 'call-first-token' || type === 'call-end') this.#answered(event.call, event.atMs);
    if (type === 'call-end') this.#end(event.call, event.usage);
    if (type === 'call-fail') this.#end(event.call, undefined);
    if (type === 'intent-settle') this.#warmed(event.outcome.computedTokens, event.session);
    if (type === 'session-close') this.#closeSession(event.session);
  }

  #warmed(tokens: number, session: SessionId | undefined): void {
    const { index, counts } = this.#trial.block;
    const units = [
      counts ? this.#blocks.get(index) : undefined,
      session === undefined ? undefined : this.#sessions.get(session),
    ];
    for (const unit of units) if (unit !== undefined) unit.warmUpTokens += tokens;
  }

  #start(call: CallId, session: SessionId, startedAtMs: Milliseconds): void {
    const { index, counts } = this.#trial.block;
    if (!this.#sessions.has(session) && this.#sessions.size < maxSessions) {
      this.#sessions.set(session, emptyUnit());
    }
    if (counts && !this.#blocks.has(index)) this.#blocks.set(index, emptyUnit());
    const open = { startedAtMs, session, block: counts ? index : undefined, answered: false };
    this.#calls.set(call, open);
    for (const unit of this.#unitsOf(open)) unit.open += 1;
  }

  #unitsOf({ session, block }: OpenCall): readonly Unit[] {
    const units = [
      this.#sessions.get(session),
      block === undefined ? undefined : this.#blocks.get(block),
    ];
    return units.filter((unit) => unit !== undefined);
  }

  #answered(id: CallId, atMs: Milliseconds): void {
    const call = this.#calls.get(id);
    if (call === undefined || call.answered) return;
    call.answered = true;
    for (const unit of this.#unitsOf(call)) {
      unit.ttftMs += atMs - call.startedAtMs;
      unit.answers += 1;
    }
  }

  #end(
    id: CallId,
    usage: { readonly input: number; readonly cacheRead?: number } | undefined,
  ): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    this.#calls.delete(id);
    for (const unit of this.#unitsOf(call)) {
      unit.open -= 1;
      if (usage?.cacheRead === undefined) continue;
      unit.promptTokens += usage.input;
      unit.cachedTokens += usage.cacheRead;
    }
  }

  #closeBlocks(): void {
    const { index } = this.#trial.block;
    for (const [block, unit] of this.#blocks) {
      if (block >= index || unit.open > 0) continue;
      this.#blocks.delete(block);
      this.#book(unit, 'switchback', (policy) => this.#trial.actsInBlock(policy, block));
    }
  }

  #closeSession(session: SessionId): void {
    const unit = this.#sessions.get(session);
    this.#sessions.delete(session);
    if (unit === undefined) return;
    this.#book(unit, 'holdout', (policy) => this.#trial.actsInSession(policy, session));
  }

  #book(unit: Unit, kind: 'holdout' | 'switchback', acted: (policy: Policy) => boolean): void {
    for (const policy of this.#policies) {
      const arms = this.#arms.get(policy.name);
      if (arms === undefined || this.#trial.kindOf(policy) !== kind) continue;
      const arm = acted(policy) ? arms.with : arms.without;
      const { promptTokens, cachedTokens, warmUpTokens, ttftMs, answers } = unit;
      if (promptTokens > 0) {
        arm['net-hit-rate'].add(1 - (promptTokens - cachedTokens + warmUpTokens) / promptTokens);
      }
      if (answers > 0) arm['ttft-ms'].add(ttftMs / answers);
    }
  }

  /** @param modes of the policies, by name */
  entries(
    modes: readonly { readonly name: string; readonly mode: string }[],
  ): readonly LedgerEntry[] {
    return modes.map(({ name, mode }) => {
      const policy = this.#policies.find((one) => one.name === name);
      const arms = this.#arms.get(name);
      const entry = { policy: name, mode };
      if (policy === undefined || arms === undefined || mode !== 'on') {
        return { ...entry, measuredBy: 'nothing', why: 'it does not act' };
      }
      const kind = this.#trial.kindOf(policy);
      if (kind === 'none') {
        return { ...entry, measuredBy: 'nothing', why: 'it guards, and is never taken away' };
      }
      const unit = kind === 'holdout' ? 'session' : 'block';
      const effects = metrics.map((metric) => effectOn(metric, arms));
      return { ...entry, measuredBy: kind, unit, effects };
    });
  }
}

function meanOf({ count, mean }: Sample): number | undefined {
  return count === 0 ? undefined : mean;
}

function effectOn(metric: EffectMetric, arms: Arms): MeasuredEffect {
  const [off, on] = [arms.without[metric], arms.with[metric]];
  const difference = on.mean - off.mean;
  const margin = welchMargin(off, on);
  const fewest = Math.min(off.count, on.count);
  const figures = {
    metric,
    without: meanOf(off),
    with: meanOf(on),
    low: margin === undefined ? undefined : difference - margin,
    high: margin === undefined ? undefined : difference + margin,
    units: { without: off.count, with: on.count },
  };
  if (margin !== undefined && Math.abs(difference) > margin) {
    return { ...figures, verdict: difference * wanted[metric] > 0 ? 'gain' : 'loss' };
  }
  if (margin === undefined || difference === 0) {
    const stillNeeded = Math.max(0, leastUnits - fewest);
    return { ...figures, verdict: 'open', ...(stillNeeded > 0 && { stillNeeded }) };
  }
  // The margin falls with the root of the number of units.
  const needed = Math.ceil(fewest * (margin / Math.abs(difference)) ** 2);
  return { ...figures, verdict: 'open', stillNeeded: Math.max(1, needed - fewest) };
}

function emptyArm(): Record<EffectMetric, Sample> {
  return { 'net-hit-rate': new Sample(), 'ttft-ms': new Sample() };
}

function emptyUnit(): Unit {
  return {
    open: 0,
    promptTokens: 0,
    cachedTokens: 0,
    warmUpTokens: 0,
    ttftMs: 0,
    answers: 0,
  };
}
