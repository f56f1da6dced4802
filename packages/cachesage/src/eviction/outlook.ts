import type { Milliseconds, PrefixId, PrefixRef } from '@entresol/runtime-core';
import type { PromptChain } from '../prompt-chain.ts';
import type { SessionTrack } from '../session-track.ts';
import { roleWithin } from '../survival/role-survival.ts';
import { timeGrid, valueAt } from '../survival/time-grid.ts';
import type { WorkloadModel } from '../workload-model.ts';
import { retentionIndex } from './retention-index.ts';
import type { Outlook } from './worth.ts';

/** Of a role prefix, on the survival over all live sessions and arrivals. */
export function roleOutlook(
  model: WorkloadModel,
  agents: Iterable<number>,
  role: PrefixId,
  horizonMs: Milliseconds,
  nowMs: Milliseconds,
): Outlook {
  const used = roleWithin(model, agents, role, nowMs);
  return {
    reuse: valueAt(used, horizonMs / model.gaps.meanStepMs),
    amount: 1,
    perSecond: perSecond(model, indexOf(model, used, used)),
  };
}

/** Of a live session prefix: its session's passage to the agent, times the share of the prompt that is reused then. */
export function sessionOutlook(
  session: SessionTrack,
  agent: number,
  chain: PromptChain,
  prefix: PrefixRef,
  horizonMs: Milliseconds,
  nowMs: Milliseconds,
): Outlook {
  const { model } = session;
  const own = (chain.last?.tokens ?? 0) - chain.roleTokens;
  const position = own > 0 ? (prefix.tokens - chain.roleTokens) / own : 1;
  const since = session.steps - chain.step;
  const amounts = model.amounts.shares(agent, since, chain.lastAmount, Math.min(1, position));
  const used = session.curves.used(agent, nowMs);
  const reused = session.curves.reused(agent, nowMs, amounts);
  const horizon = horizonMs / model.gaps.meanStepMs;
  const reuse = valueAt(used, horizon);
  return {
    reuse,
    amount: reuse > 0 ? Math.min(1, valueAt(reused, horizon) / reuse) : (amounts[0] ?? 1),
    perSecond: perSecond(model, indexOf(model, reused, used)),
  };
}

/**
 * Of a prefix that a queued call is about to use: it is used for certain, within the first interval of the time grid.
 * @param amount - share of it that is reused, in [0, 1]
 */
export function awaitedOutlook(model: WorkloadModel, amount: number): Outlook {
  return { reuse: 1, amount, perSecond: perSecond(model, amount / (timeGrid[0] ?? 1)) };
}

/** Share of the agent's older prompt that its queued call is expected to reuse. */
export function awaitedAmount(session: SessionTrack, agent: number, chain: PromptChain): number {
  const since = Math.max(1, session.steps - chain.step);
  return session.model.amounts.share(agent, since, chain.lastAmount, 1);
}

/** Fixed horizon of the order when the index is left out, in mean steps. */
const fixedHorizon = 3;

function indexOf(model: WorkloadModel, reused: Float64Array, used: Float64Array): number {
  return model.without.has('index')
    ? valueAt(reused, fixedHorizon) / fixedHorizon
    : retentionIndex(reused, used);
}

function perSecond(model: WorkloadModel, perStep: number): number {
  return (perStep * 1000) / model.gaps.meanStepMs;
}
