import type { PrefixId } from '@entresol/runtime-core';
import type { CalibrationTally } from './calibration.ts';
import type { Outlook } from './eviction/worth.ts';
import type { BranchContext } from './markov/branch-context.ts';
import { startContext } from './markov/branch-context.ts';
import { discountedFirstPassage } from './markov/first-passage.ts';
import { expandPassage } from './markov/passage-graph.ts';
import { TransitionPredictor } from './markov/predictor.ts';
import { TopologyPrior } from './markov/prior.ts';
import { START, SymbolTable, firstAgent } from './markov/symbols.ts';
import { TransitionCounts } from './markov/transition-counts.ts';
import type { SessionTrack } from './session-track.ts';
import { ArrivalRate } from './survival/arrival-rate.ts';
import { GapModel } from './survival/gap-histogram.ts';
import { ReuseAmount } from './survival/reuse-amount.ts';
import { RoleVariants } from './survival/role-variants.ts';
import { SpeedShrinkage } from './survival/session-speed.ts';
import { firstStep, passageWithin } from './survival/survival-curve.ts';

/** Discount per own step of the look ahead over a user's next run. */
const runDiscount = 0.85;
/** Agents up to which all pairs are solved at once (a dense inverse). */
const maxDenseAgents = 64;
/** Part of a mean step within which time does not move for scores, so that they can be remembered. */
const timeBinsPerStep = 8;

/** Everything learned of one workload, and its live sessions. */
export class WorkloadModel {
  readonly symbols: SymbolTable = new SymbolTable();
  readonly prior: TopologyPrior = new TopologyPrior(this.symbols);
  readonly counts: TransitionCounts = new TransitionCounts();
  readonly predictor: TransitionPredictor = new TransitionPredictor(
    this.symbols,
    this.prior,
    this.counts,
  );
  readonly gaps: GapModel = new GapModel();
  readonly speeds: SpeedShrinkage = new SpeedShrinkage();
  readonly arrivals: ArrivalRate = new ArrivalRate();
  readonly variants: RoleVariants = new RoleVariants();
  readonly amounts: ReuseAmount = new ReuseAmount();
  readonly sessions: Set<SessionTrack> = new Set();
  readonly calibration: CalibrationTally;

  #remembered = new Map<string, Outlook>();
  #rememberedBin = Number.NaN;
  #passage:
    | { readonly learned: number; readonly size: number; readonly all: Float64Array }
    | undefined;
  #arrivalCurves = new Map<number, Float64Array>();

  constructor(calibration: CalibrationTally) {
    this.calibration = calibration;
  }

  /** An event changed something: what was remembered no longer holds. */
  touch(): void {
    this.#remembered.clear();
    this.#arrivalCurves.clear();
  }

  /** `nowMs` rounded down to a time bin: scores are functions of this, so asking does not change what is answered. */
  binned(nowMs: number): number {
    const width = this.gaps.meanStepMs / timeBinsPerStep;
    return Math.floor(nowMs / width) * width;
  }

  /** @param binMs - a time from {@link binned} */
  remember(binMs: number, horizonMs: number, prefix: PrefixId, compute: () => Outlook): Outlook {
    if (this.#rememberedBin !== binMs) {
      this.#remembered.clear();
      this.#rememberedBin = binMs;
    }
    const key = `${horizonMs} ${prefix}`;
    let outlook = this.#remembered.get(key);
    if (outlook === undefined) {
      outlook = compute();
      this.#remembered.set(key, outlook);
    }
    return outlook;
  }

  /** P(a session that starts now has called `agent` within timeGrid[i]). */
  arrivalCurve(agent: number): Float64Array {
    let curve = this.#arrivalCurves.get(agent);
    if (curve === undefined) {
      const graph = expandPassage(this.predictor, startContext);
      const gap = this.gaps.residual(START, 'none', 0);
      const answer = firstStep(this.gaps.residual(START, 'user', 0));
      curve = passageWithin(graph.curve(agent), { gap, answer, stillReturns: 1 });
      this.#arrivalCurves.set(agent, curve);
    }
    return curve;
  }

  /**
   * Discounted probability, per symbol, that a branch calls the agent before its run ends: one step of the full context,
   * then first passage on the order-1 matrix.
   */
  reachedInRun(context: BranchContext): Float64Array {
    const next = this.predictor.distribution(context);
    const reached = next.slice();
    const n = this.symbols.size - firstAgent;
    if (n > maxDenseAgents) return reached;
    const all = this.#allPassages(n);
    for (let a = 0; a < n; a++) {
      let sum = next[firstAgent + a] ?? 0;
      for (let x = 0; x < n; x++) {
        if (x !== a) sum += (next[firstAgent + x] ?? 0) * (all[x * n + a] ?? 0);
      }
      reached[firstAgent + a] = Math.min(1, sum);
    }
    return reached;
  }

  #allPassages(n: number): Float64Array {
    const { learned } = this.predictor;
    if (this.#passage?.learned !== learned || this.#passage.size !== n) {
      const rows = Array.from({ length: n }, (_, a) =>
        Array.from(this.predictor.orderOne(firstAgent + a).subarray(firstAgent)),
      );
      this.#passage = { learned, size: n, all: discountedFirstPassage(rows, runDiscount) };
    }
    return this.#passage.all;
  }
}
