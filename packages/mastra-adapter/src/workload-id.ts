import type { AdapterHost, Topology, WorkloadId } from '@entresol/runtime-core';

/** FNV-1a, 32 bits, as 8 hexadecimal digits (Fowler, Noll, Vo; draft-eastlake-fnv). Names apps, protects nothing. */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, '0');
}

/**
 * Claims the id given by hand, else `mastra-<hash of the topology>`.
 * @throws {RuntimeConfigError} `workload-conflict` when an id given by hand belongs to an unlike app
 */
export function claimWorkloadId(
  host: AdapterHost,
  id: string | undefined,
  topology: Topology,
): WorkloadId {
  const workload = id ?? `mastra-${digest(JSON.stringify(topology))}`;
  host.claimWorkload(workload, topology);
  return workload;
}
