import type { AgentId, SessionId } from '@entresol/runtime-core';
import { isObject } from './mastra-shape.ts';

/** A tool that waits for the user, because a policy wants them asked. */
export interface PendingApproval {
  readonly session: SessionId;
  readonly agent: AgentId;
  readonly tool: string;
  /** Goes with the id of the run into `agent.approveToolCall()` or `declineToolCall()`. */
  readonly toolCallId: string;
  /** Why the policy asks; empty where another process has asked. */
  readonly question: string;
}

interface Asked {
  readonly approval: PendingApproval;
  /** Of the arguments that the user was asked about; never kept as text longer than the question. */
  readonly args: string;
}

/** What the user was asked about the tools of one run, which may be suspended and resumed several times. */
export class RunQuestions {
  readonly #asked = new Map<string, Asked>();
  #granted: ReadonlyMap<string, Asked> = new Map();

  get pending(): readonly PendingApproval[] {
    return [...this.#asked.values()].map(({ approval }) => approval);
  }

  ask(approval: PendingApproval, args: unknown): void {
    this.#asked.set(approval.toolCallId, { approval, args: textOf(args) });
  }

  /**
   * The run goes on with an answer: to one tool, or to all where none is named. Answers of earlier resumptions hold no more,
   * since a model may give a later tool call the id of an earlier one.
   */
  answer(resumeData: unknown, toolCallId: string | undefined): void {
    const named = toolCallId === undefined ? [...this.#asked.keys()] : [toolCallId];
    const answered = named.flatMap((id) => {
      const asked = this.#asked.get(id);
      this.#asked.delete(id);
      return asked === undefined ? [] : [[id, asked] as const];
    });
    this.#granted = new Map(isYes(resumeData) ? answered : []);
  }

  /** Has the user allowed just this? Each yes counts once. */
  isGranted(tool: string, toolCallId: string, args: unknown): boolean {
    const given = this.#granted.get(toolCallId);
    if (given?.approval.tool !== tool || given.args !== textOf(args)) return false;
    this.#granted = new Map([...this.#granted].filter(([id]) => id !== toolCallId));
    return true;
  }
}

/** What Mastra resumes a run with that waits for approval. */
function isYes(resumeData: unknown): boolean {
  return isObject(resumeData) && resumeData['approved'] === true;
}

/** Storages may keep the keys of an object in another order. */
function textOf(args: unknown): string {
  return (
    JSON.stringify(args, (_key, value: unknown) =>
      isObject(value) && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : value,
    ) ?? ''
  );
}
