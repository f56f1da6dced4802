import type { SessionId } from '@entresol/runtime-core';
import { entriesOf, isObject } from './mastra-shape.ts';
import type { MastraShape } from './mastra-shape.ts';

/** A tool that waits for the user because a hook asked for it. */
interface StoredQuestion {
  readonly toolCallId: string;
  readonly tool: string;
  readonly args: unknown;
}

/** A run that another process has suspended. */
interface StoredRun {
  /** Of the conversation that it belongs to. */
  readonly thread: SessionId | undefined;
  readonly questions: readonly StoredQuestion[];
  /** What the app has said about it: its request context, thread and resource. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** What Mastra calls the workflow in which an agent runs: one that is durable, and any other. */
const loops = ['agentic-loop', 'durable-agentic-loop'] as const;

/**
 * What the app's storage has of an agent's run that waits to be resumed; undefined when it has none. Read where Mastra itself
 * reads it to resume the run.
 */
export async function storedRun(
  mastra: MastraShape,
  runId: string,
): Promise<StoredRun | undefined> {
  const storage = mastra.getStorage?.();
  const store = await call(storage, 'getStore', 'workflows');
  for (const workflowName of loops) {
    // oxlint-disable-next-line no-await-in-loop -- nearly always it is the first
    const snapshot = await call(store, 'loadWorkflowSnapshot', { workflowName, runId });
    if (isObject(snapshot)) return runIn(snapshot);
  }
  return undefined;
}

async function call(owner: unknown, method: string, argument: unknown): Promise<unknown> {
  const found: unknown = isObject(owner) ? owner[method] : undefined;
  return typeof found === 'function' ? Reflect.apply(found, owner, [argument]) : undefined;
}

function runIn({ context, requestContext }: Readonly<Record<string, unknown>>): StoredRun {
  const waiting = entriesOf(context).flatMap(([, step]) =>
    at(step, 'status') === 'suspended' ? [at(step, 'suspendPayload')] : [],
  );
  const memory = memoryIn(at(context, 'input'), waiting);
  const [thread, resource] = [textAt(memory, 'threadId'), textAt(memory, 'resourceId')];
  return {
    thread,
    questions: waiting.flatMap(rounds).flatMap(questionIn),
    metadata: {
      ...(isObject(requestContext) ? requestContext : {}),
      ...(thread === undefined ? {} : { threadId: thread }),
      ...(resource === undefined ? {} : { resourceId: resource }),
    },
  };
}

/** Durable agents have it in what they began with, others in what they are suspended with. */
function memoryIn(input: unknown, waiting: readonly unknown[]): unknown {
  return [
    at(input, 'messageListState', 'memoryInfo'),
    ...waiting.map((payload) => at(payload, '__streamState', 'messageList', 'memoryInfo')),
  ].find(isObject);
}

/** Tools side by side are rounds of one step, and each has its own payload. */
function rounds(payload: unknown): readonly unknown[] {
  const found = entriesOf(at(payload, '__workflow_meta', 'foreachOutput')).flatMap(([, round]) =>
    at(round, 'status') === 'suspended' ? [at(round, 'suspendPayload')] : [],
  );
  return found.length > 0 ? found : [payload];
}

/** Mastra's own question about a tool with `requireApproval` has no type, and one of a delegated run has another run. */
function questionIn(payload: unknown): readonly StoredQuestion[] {
  if (at(payload, 'type') !== 'approval' || at(payload, 'suspendedToolRunId') !== undefined)
    return [];
  const asked = at(payload, 'requireToolApproval');
  const toolCallId = at(asked, 'toolCallId');
  const tool = at(asked, 'toolName');
  if (typeof toolCallId !== 'string' || typeof tool !== 'string') return [];
  return [{ toolCallId, tool, args: at(asked, 'args') }];
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((found, key) => (isObject(found) ? found[key] : undefined), value);
}

function textAt(value: unknown, key: string): string | undefined {
  const found = at(value, key);
  return typeof found === 'string' ? found : undefined;
}
