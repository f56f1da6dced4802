import { EntresolError } from '../errors.ts';
import type { AdapterHost } from '../framework.ts';
import type { WorkloadId } from '../identities.ts';
import type { Topology } from '../topology.ts';

/** FNV-1a, 32 bits, as 8 hexadecimal digits (Fowler, Noll, Vo; draft-eastlake-fnv). Names apps, protects nothing. */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, '0');
}

export interface WorkloadNames {
  /** Given by hand: belongs to one topology for ever. */
  readonly id?: string | undefined;
  /** What the app calls itself. Unlike apps may share it. */
  readonly name?: string | undefined;
  /** What an app without a name is called, such as `graph`. */
  readonly kind: string;
}

/**
 * Claims an id for an app and returns it: the one given by hand, else its name, else `<kind>-<hash of the topology>`. A
 * name that another, unlike app has taken gets the hash behind it.
 * @throws {RuntimeConfigError} `workload-conflict` when an id given by hand belongs to an unlike app
 */
export function claimWorkloadId(
  host: AdapterHost,
  { id, name, kind }: WorkloadNames,
  topology: Topology,
): WorkloadId {
  if (id !== undefined) {
    host.claimWorkload(id, topology);
    return id;
  }
  if (name !== undefined) {
    try {
      host.claimWorkload(name, topology);
      return name;
    } catch (error) {
      if (!EntresolError.is(error) || error.code !== 'workload-conflict') throw error;
    }
  }
  const derived = `${name ?? kind}-${digest(JSON.stringify(topology))}`;
  host.claimWorkload(derived, topology);
  return derived;
}
