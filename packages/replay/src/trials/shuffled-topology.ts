import { seededRandom } from '../load/seeded-random.ts';
import type { Trace } from '../trace/trace.ts';
import { shuffled } from './shuffle.ts';

/** The trace with its declared graph told about the wrong agents: a prior that is wrong everywhere. */
export function shuffledTopology(trace: Trace, seed: number): Trace {
  const { topology, agents } = trace;
  if (topology === undefined) return trace;
  const other = shuffled(agents, seededRandom(seed));
  const renamed = new Map(agents.map((agent, at) => [agent, other[at] ?? agent]));
  const edges = topology.edges.map((edge) => ({
    ...edge,
    from: renamed.get(edge.from) ?? edge.from,
    to: renamed.get(edge.to) ?? edge.to,
  }));
  return { ...trace, topology: { ...topology, edges } };
}
