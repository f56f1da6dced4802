import type { StreamMode } from '@langchain/langgraph';
import * as fc from 'fast-check';

const simpleActs = [
  'quiet',
  'ask',
  'stream',
  'leave stream',
  'model events',
  'runnable',
  'failing model',
  'custom',
  'throw',
  'throw handled',
  'retry',
  'timeout',
  'cached',
  'interrupt',
  'abort',
  'agent',
  'called agent',
  'tools',
] as const;
const nestingActs = [
  'subgraph',
  'called subgraph',
  'repeated subgraph',
  'stateful subgraph',
  'parent command',
] as const;
const leads = [
  'on',
  'both',
  'join',
  'branch',
  'open branch',
  'command',
  'send',
  'open send',
  'loop',
  'nowhere',
] as const;
const tools = ['echo', 'break', 'think'] as const;
const steps = [
  'task',
  'side by side',
  'retried task',
  'cached task',
  'failing task',
  'interrupt',
] as const;
const ways = ['invoke', 'stream', 'events v2', 'events v3', 'batch'] as const;
const modes = ['values', 'updates', 'messages', 'custom', 'debug', 'tasks'] as const;

type SimpleAct = (typeof simpleActs)[number];
type NestingAct = (typeof nestingActs)[number];
export type ToolName = (typeof tools)[number];
export type Step = (typeof steps)[number];

/** One node: what it does, and how the graph goes on from it. */
export type NodePlan = {
  readonly leads: (typeof leads)[number];
  /** Chooses among targets, widths and counts. */
  readonly pick: number;
  readonly defers: boolean;
  readonly tools: readonly ToolName[];
} & (
  | { readonly act: SimpleAct; readonly inner?: undefined }
  | { readonly act: NestingAct; readonly inner: readonly NodePlan[] }
);

type AppPlan =
  | { readonly kind: 'graph'; readonly nodes: readonly NodePlan[] }
  | { readonly kind: 'agent'; readonly tools: readonly ToolName[] }
  | { readonly kind: 'entrypoint'; readonly steps: readonly Step[] };

/** How the app is used. */
export interface Usage {
  readonly way: (typeof ways)[number];
  readonly modes: readonly StreamMode[];
  readonly subgraphs: boolean;
  readonly remembers: boolean;
  /** Runs on one thread. */
  readonly turns: number;
  readonly interruptBefore: boolean;
  /** An abort from outside after that many pieces of work of its own. */
  readonly abortAfter: number | undefined;
  /** What is done with a checkpoint of the past, when all turns are over. */
  readonly past: 'nothing' | 'replay' | 'fork';
  readonly pick: number;
}

export interface Experiment {
  readonly seed: number;
  readonly app: AppPlan;
  readonly usage: Usage;
}

/** Acts that end a run are rarer, or few runs would get past them. */
const simpleAct: fc.Arbitrary<SimpleAct> = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('ask', 'stream', 'quiet', 'agent', 'tools') },
  {
    weight: 9,
    arbitrary: fc.constantFrom(
      'leave stream',
      'model events',
      'runnable',
      'custom',
      'throw handled',
      'retry',
      'cached',
      'called agent',
      'interrupt',
    ),
  },
  { weight: 2, arbitrary: fc.constantFrom('throw', 'timeout', 'abort', 'failing model') },
);

const someTools = fc.array(fc.constantFrom(...tools), { minLength: 1, maxLength: 3 });

const nodeParts = {
  leads: fc.constantFrom(...leads),
  pick: fc.nat(59),
  defers: fc.nat(5).map((n) => n === 5),
  tools: someTools,
};

const simpleNode: fc.Arbitrary<NodePlan> = fc.record({ act: simpleAct, ...nodeParts });

function nodesOf(depth: number): fc.Arbitrary<readonly NodePlan[]> {
  if (depth === 0) return fc.array(simpleNode, { minLength: 1, maxLength: 3 });
  const nesting: fc.Arbitrary<NodePlan> = fc.record({
    act: fc.constantFrom(...nestingActs),
    inner: nodesOf(depth - 1),
    ...nodeParts,
  });
  return fc.array(
    fc.oneof({ weight: 3, arbitrary: simpleNode }, { weight: 1, arbitrary: nesting }),
    { minLength: 1, maxLength: 4 },
  );
}

const app: fc.Arbitrary<AppPlan> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('graph' as const), nodes: nodesOf(2) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('agent' as const), tools: someTools }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('entrypoint' as const),
      steps: fc.array(fc.constantFrom(...steps), { minLength: 1, maxLength: 5 }),
    }),
  },
);

const usage: fc.Arbitrary<Usage> = fc.record({
  way: fc.oneof(
    { weight: 4, arbitrary: fc.constant('stream' as const) },
    { weight: 4, arbitrary: fc.constantFrom('invoke', 'events v2', 'events v3', 'batch') },
  ),
  modes: fc.subarray([...modes], { minLength: 1 }),
  subgraphs: fc.boolean(),
  remembers: fc.boolean(),
  turns: fc.integer({ min: 1, max: 3 }),
  interruptBefore: fc.nat(4).map((n) => n === 4),
  abortAfter: fc.oneof(
    { weight: 12, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 8 }) },
  ),
  past: fc.constantFrom('nothing', 'replay', 'fork'),
  pick: fc.nat(59),
});

export const experiments: fc.Arbitrary<Experiment> = fc.record({
  seed: fc.nat(),
  app,
  usage,
});

/** Every shape that a run of the property must have met. */
export const allShapes: readonly string[] = [
  'kind graph',
  'kind agent',
  'kind entrypoint',
  ...[...simpleActs, ...nestingActs].map((act) => `act ${act}`),
  ...leads.map((lead) => `leads ${lead}`),
  'defers',
  ...tools.map((tool) => `tool ${tool}`),
  ...steps.map((step) => `step ${step}`),
  ...ways.map((way) => `way ${way}`),
  ...modes.map((mode) => `mode ${mode}`),
  'subgraphs streamed',
  'thread',
  'no thread',
  'several turns',
  'interruptBefore',
  'aborted from outside',
  'past replay',
  'past fork',
];

function* shapesOfNodes(nodes: readonly NodePlan[]): Generator<string> {
  for (const node of nodes) {
    yield `act ${node.act}`;
    yield `leads ${node.leads}`;
    if (node.defers) yield 'defers';
    if (node.act === 'tools' || node.act.endsWith('agent')) {
      for (const tool of node.tools) yield `tool ${tool}`;
    }
    if (node.inner !== undefined) yield* shapesOfNodes(node.inner);
  }
}

/**
 * Shapes of one experiment.
 * @yields {string} a member of `allShapes`; some more than once
 */
export function* shapesOf({ app: plan, usage: use }: Experiment): Generator<string> {
  yield `kind ${plan.kind}`;
  if (plan.kind === 'graph') yield* shapesOfNodes(plan.nodes);
  if (plan.kind === 'agent') for (const tool of plan.tools) yield `tool ${tool}`;
  if (plan.kind === 'entrypoint') for (const step of plan.steps) yield `step ${step}`;
  yield `way ${use.way}`;
  if (use.way === 'stream') {
    for (const mode of use.modes) yield `mode ${mode}`;
    if (use.subgraphs) yield 'subgraphs streamed';
  }
  yield use.remembers ? 'thread' : 'no thread';
  if (use.remembers && use.turns > 1) yield 'several turns';
  if (plan.kind === 'graph' && use.remembers && use.interruptBefore) yield 'interruptBefore';
  if (use.remembers && use.past !== 'nothing') yield `past ${use.past}`;
  if (use.abortAfter !== undefined) yield 'aborted from outside';
}
