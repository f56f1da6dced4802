import type { SessionId } from '@entresol/runtime-core';
import type { PendingApproval, RunQuestions } from './run-questions.ts';
import type { Cause } from './scope.ts';

/** Where a run stopped. */
export interface SuspendedRun {
  readonly session: SessionId;
  /** May anybody come back to the session? */
  readonly returns: boolean;
  /** What causes whatever comes next in it. */
  readonly causes: readonly Cause[];
  /** What the user was asked about the tools of an agent. */
  readonly questions?: RunQuestions;
  /** What the app has said about it. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/**
 * Runs that wait for somebody to resume them by their id; above the limit the oldest are forgotten. A network and an agent in
 * it, or a durable agent and the workflow inside it, have one id: each is known by its owner's too.
 */
export class SuspendedRuns {
  readonly #runs = new Map<string, SuspendedRun>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @param owner id of the agent or workflow */
  note(owner: string, runId: string, run: SuspendedRun): void {
    const key = keyOf(owner, runId);
    this.#runs.delete(key);
    this.#runs.set(key, run);
    const [oldest] = this.#runs.keys();
    if (this.#runs.size > this.#limit && oldest !== undefined) this.#runs.delete(oldest);
  }

  /** Of all runs, each question once. */
  get pending(): readonly PendingApproval[] {
    const runs = new Set([...this.#runs.values()].map(({ questions }) => questions));
    return [...runs].flatMap((questions) => questions?.pending ?? []);
  }

  of(owner: string, runId: string | undefined): SuspendedRun | undefined {
    return runId === undefined ? undefined : this.#runs.get(keyOf(owner, runId));
  }
}

function keyOf(owner: string, runId: string): string {
  return JSON.stringify([owner, runId]);
}
