import type { AgentId } from '@entresol/runtime-core';
import type { PendingCall } from '../pending-calls.ts';
import type { UnmanagedModel } from './attachment-report.ts';

type Model = Omit<UnmanagedModel, 'calls'>;

/** Model runs that ended well and sent nothing through the runtime: those of another client. */
export class ModelCensus {
  /** Weak, because a stream that was left early never ends. */
  readonly #models = new WeakMap<PendingCall, Model>();
  readonly #byAgent = new Map<AgentId, number>();
  readonly #byModel = new Map<string, UnmanagedModel>();

  started(call: PendingCall, model: Model): void {
    this.#models.set(call, model);
  }

  ended(call: PendingCall): void {
    if (call.attempts > 0) return;
    const agent = call.dispatch.path;
    this.#byAgent.set(agent, (this.#byAgent.get(agent) ?? 0) + 1);
    const model = this.#models.get(call) ?? { class: 'unknown' };
    const key = JSON.stringify([model.class, model.model]);
    this.#byModel.set(key, { ...model, calls: (this.#byModel.get(key)?.calls ?? 0) + 1 });
  }

  get calls(): Readonly<Record<AgentId, number>> {
    return Object.fromEntries(this.#byAgent);
  }

  get models(): readonly UnmanagedModel[] {
    return [...this.#byModel.values()];
  }
}
