import { Command, MemorySaver } from '@langchain/langgraph';
import { buildEntrypoint } from './build-entrypoint.ts';
import { buildGraph } from './build-graph.ts';
import type { Experiment, Usage } from './graph-plan.ts';
import { agentOf } from './node-acts.ts';
import { describeError, jsonOf, RunIdentities } from './run-identities.ts';
import { endedRun, failedRun } from './seen.ts';
import type { Chunk, RunSeen, Seen } from './seen.ts';
import { catchUnhandled } from './unhandled.ts';
import type { World } from './world.ts';

interface Snapshot {
  readonly next: readonly string[];
  readonly config: object;
  readonly tasks: readonly { readonly interrupts: readonly { readonly id?: string }[] }[];
}

/** What the three kinds of apps have in common. */
export interface App {
  config?: object | undefined;
  invoke(input: unknown, config?: object): Promise<unknown>;
  stream(input: unknown, config?: object): Promise<AsyncIterable<unknown>>;
  streamEvents(input: unknown, config: object): unknown;
  batch(inputs: unknown[], configs?: object[]): Promise<unknown[]>;
  getState(config: object): Promise<Snapshot>;
  getStateHistory(config: object): AsyncIterable<Snapshot>;
  updateState(config: object, values: unknown, asNode?: string): Promise<object>;
}

/** The app of an experiment, and the object that is attached. */
export function buildApp(world: World, { app, usage }: Experiment): App {
  const memory = usage.remembers ? { checkpointer: new MemorySaver() } : {};
  if (app.kind === 'entrypoint') return buildEntrypoint(world, app.steps, usage.remembers);
  if (app.kind === 'agent') return Object.assign(agentOf(world, 'agent', app.tools).graph, memory);
  const stop = `n${usage.pick % app.nodes.length}`;
  const stops = usage.remembers && usage.interruptBefore;
  return buildGraph(world, app.nodes, {
    path: '',
    ...memory,
    ...(stops ? { interruptBefore: [stop] } : {}),
  });
}

type Sink = (chunk: unknown) => void;

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

async function readAll(source: unknown, sink: Sink): Promise<void> {
  const chunks: unknown = await source;
  if (!isStream(chunks)) throw new TypeError('no stream');
  for await (const chunk of chunks) sink(chunk);
}

async function runOnce(
  app: App,
  { way, modes, subgraphs }: Usage,
  input: unknown,
  config: object,
  sink: Sink,
): Promise<unknown> {
  if (way === 'invoke') return app.invoke(input, config);
  if (way === 'batch') return app.batch([input], [config]);
  if (way === 'stream') {
    return readAll(app.stream(input, { ...config, streamMode: modes, subgraphs }), sink);
  }
  return readAll(app.streamEvents(input, { ...config, version: way.slice(-2) }), sink);
}

function inputOf(label: string, tools: readonly string[]): object {
  const wish = tools.map((name) => `use:${name}`).join(' ');
  return { log: [label], messages: [{ role: 'user', content: `${label} ${wish}` }] };
}

/** Uses the app as the experiment says, and writes down all that is seen. */
export async function drive(world: World, app: App, experiment: Experiment): Promise<Seen> {
  const { usage } = experiment;
  const ids = new RunIdentities();
  const runs: RunSeen[] = [];
  const thread = { configurable: { thread_id: 'T' } };
  const tools = experiment.app.kind === 'agent' ? experiment.app.tools : ['echo'];

  const once = async (input: unknown, on: object): Promise<void> => {
    const chunks: Chunk[] = [];
    world.abort = new AbortController();
    const config = { ...on, signal: world.abort.signal };
    const sink: Sink = (chunk) => chunks.push({ atMs: world.time.nowMs, json: jsonOf(chunk) });
    try {
      const result = await runOnce(app, usage, input, config, sink);
      runs.push(endedRun(ids, chunks, result));
    } catch (error) {
      runs.push(failedRun(ids, chunks, error, world.time.nowMs));
    }
    // The user thinks; what is left of a failed run ends meanwhile.
    await world.time.work(`thought ${runs.length}`);
  };
  const resume = async (): Promise<void> => {
    for (let nth = 0; nth < 2; nth += 1) {
      const { next, tasks } = await app.getState(thread);
      if (next.length === 0) return;
      const open = tasks.flatMap(({ interrupts }) => interrupts.flatMap(({ id }) => id ?? []));
      const answers = Object.fromEntries(open.map((id, at) => [id, `answer ${nth}.${at}`]));
      const single = open.length === 1 ? `answer ${nth}` : answers;
      await once(open.length === 0 ? null : new Command({ resume: single }), thread);
    }
  };
  const live = async (): Promise<void> => {
    for (let turn = 0; turn < usage.turns; turn += 1) {
      const input = inputOf(`in ${turn}`, tools);
      if (!usage.remembers) {
        await (usage.way === 'batch' && turn === 0 ? pair() : once(input, {}));
        continue;
      }
      await once(input, thread);
      await resume();
    }
    if (usage.remembers && usage.past !== 'nothing') await revisit();
  };
  /** Two inputs side by side. */
  const pair = async (): Promise<void> => {
    try {
      const inputs = ['left', 'right'].map((label) => inputOf(label, tools));
      runs.push(endedRun(ids, [], await app.batch(inputs)));
    } catch (error) {
      runs.push(failedRun(ids, [], error, world.time.nowMs));
    }
  };
  const revisit = async (): Promise<void> => {
    const past: Snapshot[] = [];
    for await (const state of app.getStateHistory(thread)) {
      if (state.next.length > 0) past.push(state);
    }
    const from = past[usage.pick % Math.max(1, past.length)];
    if (from === undefined) return;
    if (usage.past === 'replay') {
      await once(null, from.config);
      return;
    }
    try {
      await once(null, await app.updateState(from.config, { log: ['edited'] }));
    } catch (error) {
      // Which node an edit counts as is not always clear; LangGraph says so.
      runs.push(failedRun(ids, [], error, world.time.nowMs));
    }
  };
  const leave = async (pieces: number): Promise<void> => {
    for (let piece = 0; piece < pieces; piece += 1) await world.time.work(`leaving ${piece}`);
    world.abort.abort(new Error('the user has left'));
  };

  if (usage.abortAfter !== undefined) void leave(usage.abortAfter);
  const release = catchUnhandled();
  let unhandled: readonly unknown[] = [];
  try {
    await world.time.run(live());
  } finally {
    unhandled = release();
  }
  const history: string[] = [];
  if (usage.remembers) {
    for await (const state of app.getStateHistory(thread)) history.push(ids.in(jsonOf(state)));
  }
  return {
    runs,
    history,
    wire: world.engine.wire.map((body) => ids.in(body)),
    unhandled: unhandled.map((reason) => ids.in(jsonOf(describeError(reason)))),
  };
}
