import type {
  AgentId,
  BackgroundOccasion,
  CallId,
  Intent,
  Milliseconds,
  Policy,
  PolicyContext,
  Prediction,
  PredictionQuery,
  PrefixRef,
  WorkloadId,
  Worth,
} from '@entresol/runtime-core';
import type { Calibration } from './calibration.ts';
import { leftOut } from './estimator-parts.ts';
import { EventObserver } from './event-observer.ts';
import { awaitedAmount, awaitedOutlook, roleOutlook, sessionOutlook } from './eviction/outlook.ts';
import { worthOf, worthless } from './eviction/worth.ts';
import { firstAgent } from './markov/symbols.ts';
import { checkOptions } from './options.ts';
import type { CacheSageOptions } from './options.ts';
import { planPrefetch } from './prefetch/planner.ts';
import type { PrefetchCandidate } from './prefetch/planner.ts';
import { parseModels, saveModels, stateVersion } from './saved-state.ts';
import { nextSymbols, timingOf } from './session-branch.ts';
import type { Branch } from './session-branch.ts';
import type { SessionTrack } from './session-track.ts';
import type { WorkloadModel } from './workload-model.ts';

/** The policy, and what a report or a test may ask of it. */
export interface CacheSagePolicy extends Policy {
  readonly predict: {
    nextAgent(query: PredictionQuery, context: PolicyContext): readonly Prediction[];
    reuse(prefix: PrefixRef, withinMs: Milliseconds, context: PolicyContext): number | undefined;
  };
  readonly score: {
    prefix(prefix: PrefixRef, horizonMs: Milliseconds, context: PolicyContext): Worth | undefined;
  };
  readonly act: {
    background(occasion: BackgroundOccasion, context: PolicyContext): readonly Intent[];
  };
  readonly state: { readonly version: number; save(): unknown; load(saved: unknown): void };
  calibration(): Calibration;
  /** Bytes of the saved state as UTF-8 JSON, over all workloads. Per-session and per-prefix caches are not in it. */
  stateBytes(): number;
  /** P(next | agent), END and PAUSE included; sums to 1. Empty when workload or agent are unknown. */
  transitionRow(workload: WorkloadId, agent: AgentId | 'START' | 'PAUSE'): Record<string, number>;
}

/** Predictions below this are left out. */
const negligible = 1e-3;

/**
 * KV caching across sessions: learns who calls after whom, when, and how much of a prompt comes again; says what each
 * prefix is worth keeping, and which one to bring up before its agent is called.
 * @throws {RangeError} naming the option that is out of range
 */
export function cacheSage(options: CacheSageOptions = {}): CacheSagePolicy {
  checkOptions(options);
  const { mode, prefetch, prior = 'declared', without = [], foresight } = options;
  const absent = leftOut(without);
  const observer = new EventObserver(prior, absent, foresight);

  const nextAgent = (query: PredictionQuery, nowMs: Milliseconds): readonly Prediction[] => {
    const session = observer.session(query.session);
    const branch = session?.branchAfter(query.after);
    if (session === undefined || branch === undefined) return [];
    const { model } = session;
    const timing = timingOf(model, branch, model.binned(nowMs));
    const median = medianMs(session, branch, nowMs);
    const predictions: Prediction[] = [];
    nextSymbols(model, branch, timing).forEach((probability, symbol) => {
      if (probability < negligible) return;
      const agent = model.symbols.name(symbol);
      const timed = symbol >= firstAgent && timing.gap.seen > 0;
      predictions.push(timed ? { agent, probability, gapMs: { median } } : { agent, probability });
    });
    return predictions.toSorted((a, b) => b.probability - a.probability);
  };

  const worth = (
    prefix: PrefixRef,
    horizonMs: Milliseconds,
    context: PolicyContext,
  ): Worth | undefined => {
    const cost = context.cost(prefix.scope);
    if (prefix.session !== undefined) {
      const session = observer.session(prefix.session);
      const agent = session?.model.symbols.find(prefix.agent);
      const chain = session?.liveChain(prefix.agent, prefix.id);
      // Closed, superseded, or of a process that is gone.
      if (session === undefined || chain === undefined || agent === undefined) return worthless;
      const { model } = session;
      if (session.awaitedChain(prefix.id) === chain) {
        const amount = awaitedAmount(session, agent, chain);
        return worthOf(prefix, chain.roleTokens, awaitedOutlook(model, amount), cost);
      }
      const nowMs = model.binned(context.nowMs);
      const key = `${prefix.agent} ${prefix.session} ${prefix.id} ${prefix.tokens}`;
      const outlook = model.remember(nowMs, horizonMs, key, () =>
        sessionOutlook(session, agent, chain, prefix, horizonMs, nowMs),
      );
      return worthOf(prefix, chain.roleTokens, outlook, cost);
    }
    let best: Worth | undefined;
    for (const { model, agents } of observer.roleOwners(prefix.id)) {
      const nowMs = model.binned(context.nowMs);
      const outlook = isAwaited(model, prefix, context)
        ? awaitedOutlook(model, 1)
        : model.remember(nowMs, horizonMs, prefix.id, () =>
            roleOutlook(model, agents, prefix.id, horizonMs, nowMs),
          );
      const each = worthOf(prefix, 0, outlook, cost);
      if (best === undefined || each.keep > best.keep) best = each;
    }
    return best;
  };

  const reuse = (
    prefix: PrefixRef,
    withinMs: Milliseconds,
    context: PolicyContext,
  ): number | undefined => {
    const { session: owner, agent: name, id } = prefix;
    if (owner === undefined) {
      let most: number | undefined;
      for (const { model, agents } of observer.roleOwners(id)) {
        const nowMs = model.binned(context.nowMs);
        const { reuse: used } = roleOutlook(model, agents, id, withinMs, nowMs);
        most = Math.max(most ?? 0, used);
      }
      return most;
    }
    const session = observer.session(owner);
    const agent = session?.model.symbols.find(name);
    const chain = session?.liveChain(name, id);
    if (session === undefined || chain === undefined || agent === undefined) return 0;
    const nowMs = session.model.binned(context.nowMs);
    const outlook = sessionOutlook(session, agent, chain, prefix, withinMs, nowMs);
    return outlook.reuse * outlook.amount;
  };

  const prefetchFor = (
    session: SessionTrack,
    after: CallId | undefined,
    context: PolicyContext,
  ): Intent | undefined => {
    if (prefetch === 'off') return undefined;
    const branch = session.branchAfter(after);
    if (branch === undefined || branch.kind === 'decode') return undefined;
    if (session.prefetch !== undefined && context.nowMs < session.prefetch.untilMs)
      return undefined;
    const planned = planPrefetch(candidatesOf(session, branch, context), prefetch);
    if (planned === undefined) return undefined;
    const { prefix, probability } = planned.candidate;
    const deadlineMs = context.nowMs + medianMs(session, branch, context.nowMs);
    session.prefetch = { prefix: prefix.id, untilMs: deadlineMs };
    if (prefix.session !== undefined) {
      const [owner] = prefix.parent === undefined ? [] : observer.roleOwners(prefix.parent);
      session.expect(prefix, owner?.tokens ?? 0);
    }
    return { kind: 'prefetch', prefix, session: session.id, probability, deadlineMs };
  };

  const background = (occasion: BackgroundOccasion, context: PolicyContext): readonly Intent[] => {
    if (occasion.type === 'session-close') return [];
    if (occasion.type === 'gap' && occasion.why === 'decode') return [];
    const asked =
      occasion.type === 'tick'
        ? observer.sessions()
        : [observer.session(occasion.session)].filter((session) => session !== undefined);
    const after = occasion.type === 'gap' ? occasion.after : undefined;
    const intents: Intent[] = [];
    for (const session of asked) {
      const intent = prefetchFor(session, after, context);
      if (intent !== undefined) intents.push(intent);
    }
    return intents;
  };

  return {
    name: 'cachesage',
    ...(mode === undefined ? {} : { mode }),
    interference: 'endpoint',
    observe: (event, context) => observer.observe(event, context),
    predict: { nextAgent: (query, context) => nextAgent(query, context.nowMs), reuse },
    score: { prefix: worth },
    act: { background },
    state: {
      version: stateVersion,
      save: () => saveModels(observer.models()),
      load: (saved) => observer.replace(parseModels(saved, observer.calibration, absent)),
    },
    calibration: () => observer.calibration.report(),
    stateBytes: () =>
      new TextEncoder().encode(JSON.stringify(saveModels(observer.models()))).length,
    transitionRow(workload, agent) {
      const model = observer.model(workload);
      const symbol = model?.symbols.findSymbol(agent);
      if (model === undefined || symbol === undefined) return {};
      const row: Record<string, number> = {};
      model.predictor.orderOne(symbol).forEach((probability, x) => {
        if (probability > 0) row[model.symbols.name(x)] = probability;
      });
      return row;
    },
  };
}

/** Does a queued call need the role prefix by itself, having no older prompt in the cache that contains it? */
function isAwaited(model: WorkloadModel, role: PrefixRef, { residency }: PolicyContext): boolean {
  for (const { older } of model.queued.of(role.id)) {
    if (older?.last === undefined) return true;
    if (residency.of(older.last).tokens <= older.roleTokens) return true;
  }
  return false;
}

/** Median remaining wait of a branch. */
function medianMs(session: SessionTrack, branch: Branch, nowMs: Milliseconds): Milliseconds {
  const { model } = session;
  const { gap } = timingOf(model, branch, model.binned(nowMs));
  return gap.median * model.gaps.meanStepMs;
}

/** Agents that may come next with what they would send; over a user's gap, those of the whole next run. */
function candidatesOf(
  session: SessionTrack,
  branch: Branch,
  context: PolicyContext,
): readonly PrefetchCandidate[] {
  const { model } = session;
  const timing = timingOf(model, branch, model.binned(context.nowMs));
  const symbols =
    branch.kind === 'user'
      ? model.reachedInRun(branch.context).map((p) => p * timing.stillReturns)
      : nextSymbols(model, branch, timing);
  const candidates: PrefetchCandidate[] = [];
  symbols.forEach((probability, symbol) => {
    if (symbol < firstAgent || probability < negligible) return;
    const agent = model.symbols.name(symbol);
    const prefix = context.nextPrefix(agent, session.id);
    if (prefix === undefined) return;
    const chain = session.liveChain(agent, prefix.id);
    candidates.push({
      agent,
      probability: Math.min(1, probability),
      amount: chain === undefined ? 1 : awaitedAmount(session, symbol, chain),
      prefix,
      residency: context.residency.of(prefix),
      cost: context.cost(prefix.scope),
    });
  });
  return candidates;
}
