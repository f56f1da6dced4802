import { AsyncLocalStorage } from 'node:async_hooks';
import type {
  CallId,
  DispatchEnd,
  DispatchId,
  SessionId,
  ToolOutcome,
} from '@entresol/runtime-core';
import type { DispatchRef, Position } from '@entresol/runtime-core/adapter';
import type { RunQuestions } from './run-questions.ts';
import type { ThreadRecord } from './thread-record.ts';

/** One activation of an agent. */
export interface Dispatch {
  readonly id: DispatchId;
  readonly path: string;
  readonly session: SessionId;
  readonly parent: Dispatch | undefined;
  readonly after: readonly Cause[];
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Tools that have begun and not ended. */
  readonly tools: Map<string, OpenTool>;
  /** What the user is asked, in this run or in the one that it resumes. */
  readonly questions: RunQuestions;
  /** The last call when it failed: the same prompt again is another attempt at it. */
  failed: ModelCall | undefined;
  end: DispatchEnd | undefined;
}

/** As events name it. */
export function refOf({ session, id }: Dispatch): DispatchRef {
  return { session, dispatch: id };
}

/** A tool that has begun. */
interface OpenTool {
  readonly name: string;
  /** To be told once how it ended; undefined where nobody wants to hear it. */
  ran: ((outcome: ToolOutcome) => void) | undefined;
}

/** A dispatch that was over before another one began. */
export type Cause = Pick<Dispatch, 'id' | 'path'>;

/** What surrounds the code that runs: an agent, a workflow or one of its steps. */
export interface Scope {
  readonly kind: 'agent' | 'workflow' | 'step';
  readonly path: string;
  /** The agent, workflow or step itself. */
  readonly owner: object;
  readonly parent: Scope | undefined;
  readonly session: SessionId;
  readonly record: ThreadRecord;
  readonly position: Position;
  /** The dispatch itself for an agent, else the one around. */
  readonly dispatch: Dispatch | undefined;
  /** What was over before it began. */
  readonly causes: readonly Cause[];
  /** Dispatches inside that ended last: of this place of a workflow, or one after the other in code. */
  latest: readonly Cause[];
  /** Of a workflow: the entry of its step graph that runs now. */
  place: Place | undefined;
}

/** What causes whatever begins next inside the scope; what asked no model passes its own causes on. */
export function nextCauses({ latest, place, causes }: Scope): readonly Cause[] {
  return latest.length > 0 ? latest : (place?.causes ?? causes);
}

/** Where a workflow stands: all that runs at one entry of its step graph has the same causes. */
interface Place {
  readonly key: number;
  readonly causes: readonly Cause[];
  readonly entry: Position['entry'];
}

/** One call of a model by an agent, from the moment Mastra asks the model until it has answered. */
export interface ModelCall {
  readonly call: CallId;
  readonly scope: Scope;
  readonly dispatch: Dispatch;
  readonly previous: CallId | undefined;
  /** What was asked, to know a repetition by. */
  readonly prompt: string | undefined;
  /** Requests of it that the runtime has seen. */
  attempts: number;
  /** True while the runtime's client carries its request. */
  carried: boolean;
}

export const currentScope: AsyncLocalStorage<Scope> = new AsyncLocalStorage<Scope>();
export const currentCall: AsyncLocalStorage<ModelCall> = new AsyncLocalStorage<ModelCall>();
