import { Annotation, Command, MemorySaver, Send, START, StateGraph } from '@langchain/langgraph';
import type { StreamMode } from '@langchain/langgraph';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attach } from '../src/index.ts';
import { RecordingHost } from './recording-host.ts';
import { scriptedModel } from './scripted-model.ts';
import { thread } from './setting.ts';

const State = Annotation.Root({
  log: Annotation<string[]>({ reducer: (left, right) => [...left, ...right], default: () => [] }),
});

interface NodeSpec {
  readonly does: 'ask' | 'stream' | 'leave stream' | 'nothing' | 'throw' | 'abort';
  readonly leads: 'on' | 'both' | 'branch' | 'open branch' | 'command' | 'send' | 'nowhere';
  readonly pick: number;
}

interface Experiment {
  readonly nodes: readonly NodeSpec[];
  readonly how: 'invoke' | 'stream';
  readonly remembers: boolean;
}

const experiments: fc.Arbitrary<Experiment> = fc.record({
  nodes: fc.array(
    fc.record({
      does: fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom('ask', 'stream', 'leave stream', 'nothing') },
        { weight: 1, arbitrary: fc.constantFrom('throw', 'abort') },
      ),
      leads: fc.constantFrom('on', 'both', 'branch', 'open branch', 'command', 'send', 'nowhere'),
      pick: fc.nat(11),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  how: fc.constantFrom('invoke', 'stream'),
  remembers: fc.boolean(),
});

const nameOf = (index: number): string => `n${index}`;

/** Builds the graph anew: forward edges only, so every run ends. */
function build({ nodes, remembers }: Experiment, host: RecordingHost, abort: AbortController) {
  const model = scriptedModel(host, (_body, prompt) => ({ text: `re ${prompt} done` }));
  const act = (spec: NodeSpec, index: number) => async () => {
    const prompt = `from ${nameOf(index)}`;
    const log = [nameOf(index)];
    if (spec.does === 'ask') log.push((await model.invoke(prompt)).text);
    if (spec.does === 'stream' || spec.does === 'leave stream') {
      for await (const chunk of await model.stream(prompt)) {
        log.push(chunk.text);
        if (spec.does === 'leave stream' && chunk.text !== '') break;
      }
    }
    if (spec.does === 'throw') throw new RangeError(`${nameOf(index)} is broken`);
    if (spec.does === 'abort') abort.abort(new Error('the user has left'));
    if (spec.leads !== 'command' || index + 1 === nodes.length) return { log };
    return new Command({ update: { log }, goto: later(index, spec.pick) });
  };
  /** A node after `index`. */
  const later = (index: number, pick: number): string =>
    nameOf(index + 1 + (pick % (nodes.length - index - 1)));

  const graph = new StateGraph(State)
    .addNode(
      nodes.map((spec, index): [string, ReturnType<typeof act>] => [
        nameOf(index),
        act(spec, index),
      ]),
    )
    .addNode('worker', async (input: { readonly item?: number }) => ({
      log: [(await model.invoke(`item ${input.item}`)).text],
    }));
  const reached = new Set<string>(['n0']);
  graph.addEdge(START, 'n0');
  for (const [index, { leads, pick }] of nodes.entries()) {
    const name = nameOf(index);
    if (!reached.has(name)) graph.addEdge(START, name);
    if (leads === 'send') {
      const items = Array.from({ length: 1 + (pick % 3) }, (_, item) => item);
      graph.addConditionalEdges(name, () => items.map((item) => new Send('worker', { item })), [
        'worker',
      ]);
    }
    if (index + 1 === nodes.length || leads === 'nowhere' || leads === 'command') continue;
    const target = later(index, pick);
    if (leads === 'on' || leads === 'both') {
      reached.add(nameOf(index + 1));
      graph.addEdge(name, nameOf(index + 1));
    }
    if (leads === 'both' && target !== nameOf(index + 1)) {
      reached.add(target);
      graph.addEdge(name, target);
    }
    if (leads === 'branch') {
      reached.add(target);
      graph.addConditionalEdges(name, () => 'yes', { yes: target });
    }
    if (leads === 'open branch') graph.addConditionalEdges(name, () => target);
  }
  graph.addConditionalEdges('worker', () => '__end__', ['__end__', 'worker']);
  return graph.compile(remembers ? { checkpointer: new MemorySaver() } : {});
}

/** LangGraph's own random ids are not part of a result. */
function withoutIds(value: unknown): unknown {
  const text = JSON.stringify(value) ?? 'undefined';
  return JSON.parse(
    text.replaceAll(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/gu, 'id'),
  );
}

function describeError(error: unknown): object {
  return error instanceof Error
    ? { class: error.constructor.name, name: error.name, message: error.message }
    : { thrown: error };
}

const modes: StreamMode[] = ['updates', 'values', 'messages', 'tasks'];

/** Everything the app can see of one run, and what the model was sent. */
async function observe(experiment: Experiment, attached: boolean) {
  const host = new RecordingHost();
  const abort = new AbortController();
  const app = build(experiment, host, abort);
  const config = app.config;
  const attachment = attached ? attach(app, host) : undefined;
  const options = { ...thread('T'), signal: abort.signal };
  const chunks: unknown[] = [];
  let result: unknown;
  let error: object | undefined;
  try {
    if (experiment.how === 'invoke') {
      result = await app.invoke({ log: [] }, options);
    } else {
      const stream = await app.stream({ log: [] }, { ...options, streamMode: modes });
      for await (const chunk of stream) chunks.push(withoutIds(chunk));
    }
  } catch (thrown) {
    error = describeError(thrown);
  }
  const state = experiment.remembers ? await app.getState(thread('T')) : undefined;
  // An aborted run rejects before it is wound up, and never is when its stream still had something to say.
  await new Promise((resolve) => setImmediate(resolve));
  host.clock.advanceBy(60_000);
  const held = attachment?.held;
  attachment?.detach();
  return {
    host,
    held,
    sameConfig: app.config === config,
    seen: {
      result,
      error,
      chunks,
      state: withoutIds([state?.values, state?.next, state?.metadata]),
      sent: host.requests.map(({ body }) => body),
    },
  };
}

type Seen = Awaited<ReturnType<typeof observe>>['seen'];

/** The stream by supersteps, each as a set: an awaited handler delays nodes and so changes how side-by-side ones interleave. */
function stepsOf(chunks: readonly unknown[]): readonly (readonly string[])[] {
  const steps: string[][] = [[]];
  for (const chunk of chunks) {
    steps.at(-1)?.push(JSON.stringify(chunk));
    if (Array.isArray(chunk) && chunk[0] === 'values') steps.push([]);
  }
  return steps.map((step) => step.toSorted());
}

/**
 * What is equal in both runs. Not the interleaving inside a superstep, and after a throw or an abort not how much the reader
 * still hears: the awaited handler shifts both, while two plain runs agree on them. Of such runs the supersteps that both
 * heard to their end are compared, beside the outcome.
 */
function comparable(one: Seen, other: Seen, { nodes }: Experiment): object {
  const { result, error, state } = one;
  const sent = one.sent.map((body) => JSON.stringify(body)).toSorted();
  const steps = stepsOf(one.chunks);
  const both = steps.slice(0, Math.min(steps.length, stepsOf(other.chunks).length) - 1);
  if (nodes.some(({ does }) => does === 'abort')) return { result, error, steps: both };
  if (nodes.some(({ does }) => does === 'throw')) return { result, error, steps: both, state };
  return { result, error, steps, state, sent };
}

describe('an attached graph', () => {
  it('gives the results, supersteps, errors, states and requests of one that is not attached', async () => {
    await fc.assert(
      fc.asyncProperty(experiments, async (experiment) => {
        const plain = await observe(experiment, false);
        const attached = await observe(experiment, true);
        expect(comparable(attached.seen, plain.seen, experiment)).toEqual(
          comparable(plain.seen, attached.seen, experiment),
        );
        expect(attached.sameConfig).toBe(true);
        expect(attached.held).toEqual({ runs: 0, calls: 0, sessions: 1 });
        const starts = attached.host.of('dispatch-start').map(({ dispatch }) => dispatch);
        const ends = attached.host.of('dispatch-end').map(({ dispatch }) => dispatch);
        expect(ends.toSorted()).toEqual(starts.toSorted());
        expect(plain.host.events).toEqual([]);
      }),
      { seed: 20_261_123, numRuns: 100 },
    );
  }, 120_000);
});
