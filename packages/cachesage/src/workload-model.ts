import type { PrefixId, Topology } from '@entresol/runtime-core';
import type { CalibrationTally } from './calibration.ts';
import type { LeftOut } from './estimator-parts.ts';
import type { Outlook } from './eviction/worth.ts';
import type { BranchContext } from './markov/branch-context.ts';
import { startContext } from './markov/branch-context.ts';
import { discountedFirstPassage } from './markov/first-passage.ts';
import type { FarPassage } from './markov/far-passage.ts';
import { expandPassage, farPassage } from './markov/passage-graph.ts';
import { TransitionPredictor } from './markov/predictor.ts';
import { TopologyPrior } from './markov/prior.ts';
import { SymbolTable, firstAgent } from './markov/symbols.ts';
import { TransitionCounts } from './markov/transition-counts.ts';
import { QueuedRoles } from './queued-roles.ts';
import { ArrivalRate } from './survival/arrival-rate.ts';
import { GapModel } from './survival/gap-histogram.ts';
import { LiveSessions } from './survival/live-sessions.ts';
import { Newcomers } from './survival/newcomers.ts';
import { ReuseAmount } from './survival/reuse-amount.ts';
import { RoleVariants } from './survival/role-variants.ts';
import { TimedPassage } from './survival/timed-passage.ts';

/** Discount per own step of the look ahead over a user's next run. */
const runDiscount = 0.85;
/** Agents up to which all pairs are solved at once (a dense inverse). */
const maxDenseAgents = 64;
/** Part of a mean step within which time does not move for scores, so that they can be remembered. */
const timeBinsPerStep = 8;

/** Transitions until which every one renews the passage graphs; then it takes a quarter as many again, or this many per symbol. */
const freshTransitions = 64;
const refreshShare = 1 / 4;
const maxRefreshPerSymbol = 32;
/** Share in what follows from which a longer context has a passage graph of its own. */
const leastShare = 0.25;
/** Part of a row that is neither declared nor counted, up to which branches that have called others share a graph. */
const undeclaredShared = 0.1;

/** Everything learned of one workload, and its live sessions. */
export class WorkloadModel {
  readonly symbols: SymbolTable = new SymbolTable();
  readonly prior: TopologyPrior = new TopologyPrior(this.symbols);
  readonly counts: TransitionCounts = new TransitionCounts();
  readonly predictor: TransitionPredictor;
  readonly gaps: GapModel;
  readonly arrivals: ArrivalRate = new ArrivalRate();
  readonly variants: RoleVariants = new RoleVariants();
  readonly amounts: ReuseAmount;
  readonly sessions: LiveSessions = new LiveSessions();
  readonly queued: QueuedRoles = new QueuedRoles();
  readonly calibration: CalibrationTally;
  readonly without: LeftOut;

  #heard = 0;
  /** By horizon, then by prefix. */
  readonly #remembered = new Map<number, Map<string, Outlook>>();
  #rememberedBin = Number.NaN;
  #passage:
    | { readonly learned: number; readonly size: number; readonly all: Float64Array }
    | undefined;
  readonly #graphs = new Map<number | string, TimedPassage>();
  #graphsLearned = 0;
  #graphsSize = 0;
  /** What lies behind the present graphs. */
  #far: FarPassage | undefined;
  readonly #newcomers: Newcomers;

  /** What a session that starts now can lead to. */
  newcomer: TimedPassage;

  constructor(calibration: CalibrationTally, without: LeftOut) {
    this.calibration = calibration;
    this.without = without;
    this.predictor = new TransitionPredictor(this.symbols, this.prior, this.counts, without);
    this.gaps = new GapModel({ conditioned: !without.has('gaps') });
    this.amounts = new ReuseAmount({ learns: !without.has('reuse-amount') });
    this.#newcomers = new Newcomers(this.gaps);
    this.newcomer = this.passage(startContext);
  }

  /** Events after which something may have changed. */
  get heard(): number {
    return this.#heard;
  }

  /** An event changed something: what was remembered no longer holds. */
  touch(): void {
    this.#heard++;
    this.#remembered.clear();
  }

  declare(topology: Topology): void {
    this.prior.declare(topology);
    this.#renewGraphs();
    this.touch();
  }

  #renewGraphs(): void {
    this.#graphs.clear();
    this.#far = undefined;
    this.#graphsLearned = this.predictor.learned;
    this.#graphsSize = this.symbols.size;
  }

  /**
   * What a context can lead to. Only to be called while an event is observed, so that it is a function of the events
   * alone. Branches at the same call count share a graph (made with the first one's visits of other agents) until it is
   * due for renewal.
   */
  passage(context: BranchContext): TimedPassage {
    const { learned } = this.predictor;
    const { size } = this.symbols;
    const due =
      learned < freshTransitions
        ? 1
        : Math.min(maxRefreshPerSymbol * size, Math.floor(learned * refreshShare));
    if (learned - this.#graphsLearned >= due || size !== this.#graphsSize) {
      this.#renewGraphs();
    }
    const key = this.#graphKey(context);
    let graph = this.#graphs.get(key);
    if (graph === undefined) {
      const frozen = this.predictor.frozen();
      this.#far ??= farPassage(frozen);
      graph = new TimedPassage(expandPassage(frozen, context, {}, this.#far), this.gaps);
      this.#graphs.set(key, graph);
    }
    return graph;
  }

  /**
   * The longest context of which anything was counted: branches that differ in nothing else are alike. Where rows say
   * little, whom the session has called says most: then it belongs to what makes branches alike.
   */
  #graphKey(context: BranchContext): number | string {
    const { current, visits } = context;
    const key = this.predictor.toldApart(context, leastShare);
    if (this.predictor.undeclared(current) < undeclaredShared) return key;
    let called = '';
    for (let x = firstAgent; x < visits.length; x++) if ((visits[x] ?? 0) > 0) called += ` ${x}`;
    return key + called;
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
    let remembered = this.#remembered.get(horizonMs);
    if (remembered === undefined) {
      remembered = new Map();
      this.#remembered.set(horizonMs, remembered);
    }
    let outlook = remembered.get(prefix);
    if (outlook === undefined) {
      outlook = compute();
      remembered.set(prefix, outlook);
    }
    return outlook;
  }

  /**
   * Calls to be expected of new sessions within timeGrid[i] that come to `agent`, at an arrival rate of one per mean step:
   * each that arrives at u has until t - u.
   */
  newUsers(agent: number): Float64Array {
    return this.#newcomers.users(agent, this.newcomer);
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
        this.predictor.orderOne(firstAgent + a).subarray(firstAgent),
      );
      this.#passage = { learned, size: n, all: discountedFirstPassage(rows, runDiscount) };
    }
    return this.#passage.all;
  }
}
