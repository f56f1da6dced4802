import type { AgentId } from '../identities.ts';

/** Calls that were answered and sent nothing through the runtime: those of another client. */
export class ModelCensus<Model extends object> {
  readonly #byAgent = new Map<AgentId, number>();
  readonly #byModel = new Map<string, Model & { readonly calls: number }>();

  /** @param model as the framework names it: plain JSON */
  unmanaged(agent: AgentId, model: Model): void {
    this.#byAgent.set(agent, (this.#byAgent.get(agent) ?? 0) + 1);
    const key = JSON.stringify(model);
    this.#byModel.set(key, { ...model, calls: (this.#byModel.get(key)?.calls ?? 0) + 1 });
  }

  get calls(): Readonly<Record<AgentId, number>> {
    return Object.fromEntries(this.#byAgent);
  }

  get models(): readonly (Model & { readonly calls: number })[] {
    return [...this.#byModel.values()];
  }
}
