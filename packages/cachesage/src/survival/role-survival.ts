import type { PrefixId } from '@entresol/runtime-core';
import type { WorkloadModel } from '../workload-model.ts';
import { complement } from './survival-curve.ts';
import { mostCertain } from './session-curves.ts';
import { gridSize, timeGrid } from './time-grid.ts';

/**
 * P(one role prefix is used within timeGrid[i]) = 1 - Π over live sessions (1 - h) × P(no new session brings it). A
 * session that has called the agent comes back with the variant it used; one that has not brings it with the variant's
 * share; new sessions arrive as a Poisson process.
 * @param agents - symbols of the agents that were seen with this prefix
 */
export function roleWithin(
  model: WorkloadModel,
  agents: Iterable<number>,
  role: PrefixId,
  nowMs: number,
): Float64Array {
  const left = new Float64Array(gridSize).fill(1);
  const arrivals = model.arrivals.perMs(nowMs) * model.gaps.meanStepMs;
  for (const agent of agents) {
    const variants = !model.without.has('role-variants');
    const share = variants ? model.variants.share(agent, role) : 1;
    for (const session of model.sessions) {
      const used = session.rolesOf(agent);
      const weight = used === undefined || !variants ? share : used.has(role) ? 1 : 0;
      if (weight === 0) continue;
      const own = session.curves.paced(agent, nowMs);
      for (let i = 0; i < gridSize; i++) {
        left[i] = (left[i] ?? 0) * (1 - Math.min(mostCertain, weight * (own[i] ?? 0)));
      }
    }
    if (arrivals > 0 && share > 0) {
      // Expected new users by time t: each arrival at u has until t - u to come to the agent.
      const curve = model.arrivalCurve(agent);
      let expected = 0;
      let before = 0;
      let beforeTime = 0;
      for (let i = 0; i < gridSize; i++) {
        const time = timeGrid[i] ?? 0;
        expected += ((time - beforeTime) * (before + (curve[i] ?? 0))) / 2;
        before = curve[i] ?? 0;
        beforeTime = time;
        left[i] = (left[i] ?? 0) * Math.exp(-arrivals * share * expected);
      }
    }
  }
  return complement(left);
}
