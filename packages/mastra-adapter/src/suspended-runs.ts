import type { SessionId } from '@entresol/runtime-core';
import type { PendingApproval, RunQuestions } from './run-questions.ts';
import type { Cause } from './scope.ts';

/** Where a run stopped. */
interface SuspendedRun {
  readonly session: SessionId;
  /** What causes whatever comes next in it. */
  readonly causes: readonly Cause[];
  /** What the user was asked about the tools of an agent. */
  readonly questions?: RunQuestions;
}

/** Runs that wait for somebody to resume them by their id; above the limit the oldest are forgotten. */
export class SuspendedRuns {
  readonly #runs = new Map<string, SuspendedRun>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  note(runId: string, run: SuspendedRun): void {
    // A durable agent and the workflow inside it are one run to Mastra.
    const questions = run.questions ?? this.#runs.get(runId)?.questions;
    this.#runs.delete(runId);
    this.#runs.set(runId, questions === undefined ? run : { ...run, questions });
    const [oldest] = this.#runs.keys();
    if (this.#runs.size > this.#limit && oldest !== undefined) this.#runs.delete(oldest);
  }

  /** Of all runs, each question once. */
  get pending(): readonly PendingApproval[] {
    const runs = new Set([...this.#runs.values()].map(({ questions }) => questions));
    return [...runs].flatMap((questions) => questions?.pending ?? []);
  }

  of(runId: string | undefined): SuspendedRun | undefined {
    return runId === undefined ? undefined : this.#runs.get(runId);
  }
}
