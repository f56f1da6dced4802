import type { PrefixId } from '@entresol/runtime-core';
import type { WorkloadModel } from '../workload-model.ts';
import { gridSize } from './time-grid.ts';

const left = new Float64Array(gridSize);

/**
 * P(one role prefix is used within timeGrid[i]) = 1 - Π over live sessions (1 - h) × P(no new session brings it). A
 * session that has called the agent comes back with the variant it used; one that has not brings it with the variant's
 * share; new sessions arrive as a Poisson process.
 * The curve stands in one room until the next is asked for.
 * @param agents - symbols of the agents that were seen with this prefix
 */
export function roleWithin(
  model: WorkloadModel,
  agents: Iterable<number>,
  role: PrefixId,
  nowMs: number,
): Float64Array {
  left.fill(1);
  const arrivals = model.arrivals.perMs(nowMs) * model.gaps.meanStepMs;
  const variants = !model.without.has('role-variants');
  for (const agent of agents) {
    const share = variants ? model.variants.share(agent, role) : 1;
    const weightOf = (roles: ReadonlySet<PrefixId> | undefined): number => {
      if (roles === undefined || !variants) return share;
      return roles.has(role) ? 1 : 0;
    };
    model.sessions.leave(agent, nowMs, weightOf, left);
    if (arrivals > 0 && share > 0) {
      const users = model.newUsers(agent);
      for (let i = 0; i < gridSize; i++) {
        left[i] = (left[i] ?? 0) * Math.exp(-arrivals * share * (users[i] ?? 0));
      }
    }
  }
  for (let i = 0; i < gridSize; i++) left[i] = 1 - (left[i] ?? 0);
  return left;
}
