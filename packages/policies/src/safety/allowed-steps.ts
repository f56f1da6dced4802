import type { AgentId, RuntimeEvent, SessionId, WorkloadId } from '@entresol/runtime-core';
import { DeclaredGraph } from './declared-graph.ts';
import type { TransitionRules } from './options.ts';

const stepOf = (from: AgentId, to: AgentId): string => JSON.stringify([from, to]);

/** Most steps that are learned: an app with more has no graph to speak of. */
const stepsLearned = 10_000;

/** Decides which agent may follow which. */
export class AllowedSteps {
  readonly #rules: TransitionRules;
  readonly #listed: ReadonlySet<string>;
  readonly #declared = new Map<WorkloadId, DeclaredGraph>();
  readonly #workloads = new Map<SessionId, WorkloadId>();
  readonly #learned = new Set<string>();
  #sessions = 0;

  constructor(rules: TransitionRules) {
    this.#rules = rules;
    this.#listed = new Set(
      Object.entries(rules.allow ?? {}).flatMap(([from, targets]) =>
        targets.map((to) => stepOf(from, to)),
      ),
    );
  }

  /** Is it allowed? Where everything is still free the step is learned. */
  allows(session: SessionId, from: AgentId, to: AgentId): boolean {
    const step = stepOf(from, to);
    if (this.#listed.has(step)) return true;
    const rules = this.#rules;
    if (rules.from === 'list') return false;
    const graph = this.#declared.get(this.#workloads.get(session) ?? '');
    if (graph?.allows(from, to) === true) return true;
    if (rules.from === 'graph') return false;
    if (this.#learned.has(step)) return true;
    if (this.#sessions > rules.sessions || this.#learned.size >= stepsLearned) return false;
    this.#learned.add(step);
    return true;
  }

  observe(event: RuntimeEvent): void {
    if (event.type === 'topology-declare') {
      const graph = this.#declared.get(event.workload) ?? new DeclaredGraph();
      graph.add(event.topology);
      this.#declared.set(event.workload, graph);
    }
    if (event.type === 'session-start') {
      if (!this.#workloads.has(event.session)) this.#sessions += 1;
      this.#workloads.set(event.session, event.workload);
    }
    if (event.type === 'session-close') this.#workloads.delete(event.session);
  }

  save(): unknown {
    return { sessions: this.#sessions, steps: [...this.#learned] };
  }

  /** @throws {TypeError} for what was not saved by {@link save} */
  load(saved: unknown): void {
    if (!isSaved(saved)) throw new TypeError('not the learned steps of safety');
    this.#sessions = saved.sessions;
    for (const step of saved.steps) this.#learned.add(step);
  }
}

function isSaved(
  value: unknown,
): value is { readonly sessions: number; readonly steps: readonly string[] } {
  if (typeof value !== 'object' || value === null) return false;
  if (!('sessions' in value && 'steps' in value)) return false;
  const { sessions, steps } = value;
  return (
    Number.isSafeInteger(sessions) &&
    Array.isArray(steps) &&
    steps.every((step) => typeof step === 'string')
  );
}
