import type { AdapterHost, Topology, WorkloadId } from '@entresol/runtime-core';
import { EntresolError } from '@entresol/runtime-core';

/** Name of a graph that was compiled without one. */
const unnamed = 'LangGraph';

/** FNV-1a, 32 bits, as 8 hexadecimal digits (Fowler, Noll, Vo; draft-eastlake-fnv). Names graphs, protects nothing. */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, '0');
}

export interface WorkloadNames {
  readonly id?: string;
  readonly name?: string;
  readonly graphName: string;
}

/**
 * Claims an id for the graph and returns it: the one given by hand, else its name, else `graph-<hash of the topology>`. A
 * name that another, unlike graph has taken gets the hash behind it.
 * @throws {RuntimeConfigError} `workload-conflict` when an id given by hand belongs to an unlike graph
 */
export function claimWorkloadId(
  host: AdapterHost,
  { id, name, graphName }: WorkloadNames,
  topology: Topology,
): WorkloadId {
  if (id !== undefined) {
    host.claimWorkload(id, topology);
    return id;
  }
  const hash = digest(JSON.stringify(topology));
  const named = name ?? (graphName === unnamed ? undefined : graphName);
  if (named !== undefined) {
    try {
      host.claimWorkload(named, topology);
      return named;
    } catch (error) {
      if (!EntresolError.is(error) || error.code !== 'workload-conflict') throw error;
    }
  }
  const derived = `${named ?? 'graph'}-${hash}`;
  host.claimWorkload(derived, topology);
  return derived;
}
