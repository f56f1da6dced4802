import { RuntimeConfigError } from './errors.ts';
import type { WorkloadId } from './identities.ts';
import type { Topology } from './topology.ts';

/** Same id and same topology = same workload; one id for unlike graphs would mix their models. */
export class WorkloadClaims {
  readonly #claimed = new Map<WorkloadId, string>();

  /** @throws {RuntimeConfigError} `workload-conflict` */
  claim(workload: WorkloadId, topology: Topology): void {
    const shape = shapeOf(topology);
    const known = this.#claimed.get(workload);
    if (known !== undefined && known !== shape) {
      throw new RuntimeConfigError(
        `workload "${workload}" is already the id of a graph with other agents or edges; give each graph its own id: attach(app, runtime, { id })`,
        { code: 'workload-conflict', value: workload },
      );
    }
    this.#claimed.set(workload, shape);
  }
}

function shapeOf({ agents, edges }: Topology): string {
  const lines = edges.map(({ from, to, kind }) => `${from} ${kind} ${to}`);
  return [...agents.toSorted(), ...lines.toSorted()].join('\n');
}
