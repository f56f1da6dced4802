import { isObject } from './mastra-shape.ts';
import type { RunOptions } from './mastra-shape.ts';

export function runOptions(value: unknown): RunOptions {
  return isObject(value) ? value : {};
}

export interface RunRequest {
  readonly options: RunOptions;
  /** The answer that a suspended run goes on with. */
  readonly resumeData?: unknown;
  /** Does the agent route between others, instead of answering itself? */
  readonly isNetwork: boolean;
  /** Asks for the same run with other options. */
  readonly withOptions: (options: object) => readonly unknown[];
}

/** How a method of an agent was asked for a run. */
export function runRequest(method: string, args: readonly unknown[]): RunRequest {
  const [first, second, third] = args;
  // Methods of durable agents have the id of the run before the answer.
  if (method.startsWith('resume') && typeof first === 'string') {
    return {
      options: { ...runOptions(third), runId: first },
      resumeData: second,
      isNetwork: false,
      withOptions: (options) => [first, second, options, ...args.slice(3)],
    };
  }
  return {
    options: runOptions(second),
    ...(method.startsWith('resume') ? { resumeData: first } : {}),
    isNetwork: method === 'network' || method === 'resumeNetwork',
    withOptions: (options) => [first, options, ...args.slice(2)],
  };
}

/** Under this key Mastra's server hands down the thread of a request. */
const threadKey = 'mastra__threadId';

/** The thread that the app says it is in. */
export function threadOf({ memory, requestContext }: RunOptions): string | undefined {
  const thread: unknown = isObject(memory) ? memory['thread'] : undefined;
  const id: unknown = isObject(thread) ? thread['id'] : thread;
  if (typeof id === 'string') return id;
  const inContext = entries(requestContext)[threadKey];
  return typeof inContext === 'string' ? inContext : undefined;
}

/** What the app says about a run: its request context, thread and resource. */
export function metadataOf(options: RunOptions): Readonly<Record<string, unknown>> {
  const { memory } = options;
  const resource: unknown = isObject(memory) ? memory['resource'] : undefined;
  const thread = threadOf(options);
  return {
    ...entries(options.requestContext),
    ...(thread === undefined ? {} : { threadId: thread }),
    ...(typeof resource === 'string' ? { resourceId: resource } : {}),
  };
}

function entries(requestContext: unknown): Readonly<Record<string, unknown>> {
  if (!isObject(requestContext) || typeof requestContext['entries'] !== 'function') return {};
  const pairs: unknown = requestContext['entries']();
  if (!isIterable(pairs)) return {};
  const found: Record<string, unknown> = {};
  for (const pair of pairs) {
    if (Array.isArray(pair) && typeof pair[0] === 'string') found[pair[0]] = pair[1];
  }
  return found;
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return isObject(value) && Symbol.iterator in value;
}
