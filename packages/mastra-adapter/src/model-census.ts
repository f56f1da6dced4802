import type { AgentId } from '@entresol/runtime-core';
import type { CalledModel } from './call-tracker.ts';

/** A model whose requests do not go through the runtime. */
export interface UnmanagedModel extends CalledModel {
  readonly calls: number;
}

/** Calls that were answered and sent nothing through the runtime: those of another client. */
export class ModelCensus {
  readonly #byAgent = new Map<AgentId, number>();
  readonly #byModel = new Map<string, UnmanagedModel>();

  answered(agent: AgentId, requests: number, model: CalledModel): void {
    if (requests > 0) return;
    this.#byAgent.set(agent, (this.#byAgent.get(agent) ?? 0) + 1);
    const key = JSON.stringify([model.provider, model.model]);
    this.#byModel.set(key, { ...model, calls: (this.#byModel.get(key)?.calls ?? 0) + 1 });
  }

  get calls(): Readonly<Record<AgentId, number>> {
    return Object.fromEntries(this.#byAgent);
  }

  get models(): readonly UnmanagedModel[] {
    return [...this.#byModel.values()];
  }
}
