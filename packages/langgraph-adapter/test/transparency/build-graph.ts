import { Command, Send, START } from '@langchain/langgraph';
import type { MemorySaver } from '@langchain/langgraph';
import { InMemoryCache } from '@langchain/langgraph-checkpoint';
import { ToolNode } from '@langchain/langgraph/prebuilt';
import { emptyGraph, labelOf } from './app-state.ts';
import type { AppStateType } from './app-state.ts';
import type { NodePlan } from './graph-plan.ts';
import { actOf, agentCallerOf, agentOf, askForTools, callerOf, chainOf } from './node-acts.ts';
import type { Act } from './node-acts.ts';
import type { World } from './world.ts';

interface GraphSite {
  /** '' = the app's own graph. */
  readonly path: string;
  readonly checkpointer?: MemorySaver | true;
  readonly interruptBefore?: readonly string[];
}

const nameOf = (index: number): string => `n${index}`;
type Graph = ReturnType<typeof emptyGraph>;
type Compiled = ReturnType<Graph['compile']>;

/** The graph of a plan. All edges but those of bounded loops lead forward, so every run ends. */
export function buildGraph(
  world: World,
  nodes: readonly NodePlan[],
  { path, checkpointer, interruptBefore }: GraphSite,
): Compiled {
  const graph = emptyGraph();
  /** A node after `index`; only asked when there is one. */
  const later = (index: number, pick: number): string =>
    nameOf(index + 1 + (pick % (nodes.length - index - 1)));

  for (const [index, plan] of nodes.entries()) {
    const goto = index + 1 < nodes.length ? later(index, plan.pick) : '__end__';
    addNode(world, graph, plan, { name: nameOf(index), at: `${path}${nameOf(index)}`, goto });
  }
  if (nodes.some(({ leads }) => leads.endsWith('send'))) addWorkers(world, graph, path);

  const reached = new Set<string>();
  for (const [index, plan] of nodes.entries()) {
    if (!reached.has(nameOf(index))) graph.addEdge(START, nameOf(index));
    const target = index + 1 < nodes.length ? later(index, plan.pick) : undefined;
    for (const led of addEdges(world, graph, plan, { path, index, target })) reached.add(led);
  }
  return graph.compile({
    ...(path === '' ? { name: 'generated', cache: new InMemoryCache() } : {}),
    ...(checkpointer === undefined ? {} : { checkpointer }),
    ...(interruptBefore === undefined ? {} : { interruptBefore: [...interruptBefore] }),
  });
}

interface NodeSite {
  readonly name: string;
  /** The node's path in the whole app. */
  readonly at: string;
  /** Where its `Command` goes. */
  readonly goto: string;
}

function addNode(world: World, graph: Graph, plan: NodePlan, { name, at, goto }: NodeSite): void {
  const defer = plan.defers ? { defer: true } : {};
  if (plan.inner !== undefined) {
    const inner = (checkpointer?: true): Compiled =>
      buildGraph(world, plan.inner, { path: `${at}/`, ...(checkpointer && { checkpointer }) });
    if (plan.act === 'subgraph') graph.addNode(name, inner(), defer);
    else if (plan.act === 'stateful subgraph') graph.addNode(name, inner(true), defer);
    else if (plan.act === 'parent command') {
      const handing = handingOver(world, inner(), at, goto);
      graph.addNode(name, handing, { ...defer, ends: [goto] });
    } else {
      const times = plan.act === 'repeated subgraph' ? 2 : 1;
      graph.addNode(name, callerOf(world, at, inner(), times), defer);
    }
  } else if (plan.act === 'agent') {
    graph.addNode(name, agentOf(world, at, plan.tools).graph, defer);
  } else if (plan.act === 'called agent') {
    graph.addNode(name, agentCallerOf(world, at, plan.tools), defer);
  } else if (plan.act === 'runnable') {
    graph.addNode(name, chainOf(world, at), defer);
  } else if (plan.act === 'tools') {
    graph.addNode(name, askForTools(world, at, plan.tools), defer);
    graph.addNode(`${name}_tools`, new ToolNode(world.tools(plan.tools)));
    graph.addEdge(name, `${name}_tools`);
  } else {
    addFunction(world, graph, plan, { name, at, goto });
  }
}

/** A node that is a plain function, with the policies that its act is about. */
function addFunction(
  world: World,
  graph: Graph,
  plan: NodePlan,
  { name, at, goto }: NodeSite,
): void {
  const act = actOf(world, plan, at);
  const commanding = async (...args: Parameters<Act>) =>
    new Command({ update: await act(...args), goto });
  graph.addNode(name, plan.leads === 'command' ? commanding : act, {
    ...(plan.defers ? { defer: true } : {}),
    ...(plan.leads === 'command' ? { ends: [goto] } : {}),
    ...(plan.act === 'throw handled'
      ? { errorHandler: (_state: AppStateType) => ({ log: [`${at} was handled`] }) }
      : {}),
    ...(plan.act === 'retry'
      ? {
          retryPolicy: {
            maxAttempts: 3,
            initialInterval: 10,
            jitter: false,
            logWarning: false,
            retryOn: () => true,
          },
        }
      : {}),
    ...(plan.act === 'timeout' ? { timeout: 600 } : {}),
    ...(plan.act === 'cached' ? { cachePolicy: { keyFunc: () => 'always' } } : {}),
  });
}

/** A subgraph that leaves by a `Command` to its parent. */
function handingOver(world: World, inner: Compiled, at: string, goto: string): Compiled {
  return emptyGraph()
    .addNode('before', inner)
    .addNode(
      'handoff',
      async (state: AppStateType) => {
        await world.time.work(`${labelOf(state)} ${at}/handoff`);
        return new Command({
          graph: Command.PARENT,
          goto,
          update: { log: [`${at} handed over`] },
        });
      },
      { ends: [] },
    )
    .addEdge(START, 'before')
    .addEdge('before', 'handoff')
    .compile();
}

/** Map and reduce: workers that `Send`s start, and what waits for all of them. */
function addWorkers(world: World, graph: Graph, path: string): void {
  graph.addNode('worker', async ({ log }: AppStateType) => {
    const name = `${path}worker ${log.join(' ')}`;
    const visit = `${name}.${world.visit(name)}`;
    await world.time.work(visit);
    return { log: [(await world.model.invoke(visit)).text] };
  });
  graph.addNode('gather', async ({ log }: AppStateType) => ({
    log: [`${path} gathered ${log.length}`],
  }));
  graph.addEdge('worker', 'gather');
}

interface EdgeSite {
  readonly path: string;
  readonly index: number;
  /** A node after this one, if there is one. */
  readonly target: string | undefined;
}

/** Adds what leads on from a node, and names the nodes that are certain to be led to. */
function addEdges(
  world: World,
  graph: Graph,
  { leads, pick, act }: NodePlan,
  { path, index, target }: EdgeSite,
): readonly string[] {
  const own = nameOf(index);
  const from = act === 'tools' ? `${own}_tools` : own;
  if (leads.endsWith('send')) {
    const toWorkers = (state: AppStateType): Send[] =>
      Array.from(
        { length: 1 + (pick % 3) },
        (_, item) => new Send('worker', { log: [labelOf(state), `${own} item ${item}`] }),
      );
    if (leads === 'send') graph.addConditionalEdges(from, toWorkers, ['worker']);
    else graph.addConditionalEdges(from, toWorkers);
    return [];
  }
  if (leads === 'loop') {
    const back = nameOf(index - (pick % (index + 1)));
    const on = target ?? '__end__';
    graph.addConditionalEdges(
      from,
      (state: AppStateType) => {
        const rounds = world.visit(`round ${labelOf(state)} ${path}${own}`);
        return rounds < 2 ? back : on;
      },
      [back, on],
    );
    return [on];
  }
  if (target === undefined) return [];
  const next = nameOf(index + 1);
  if (leads === 'on' || leads === 'both') {
    graph.addEdge(from, next);
    if (leads === 'on') return [next];
    if (target !== next) graph.addEdge(from, target);
    return [next, target];
  }
  if (leads === 'join') {
    graph.addEdge(index > 0 ? [nameOf(index - 1), from] : [from], target);
    return [target];
  }
  if (leads === 'branch') {
    graph.addConditionalEdges(from, () => 'yes', { yes: target });
    return [target];
  }
  if (leads === 'open branch') graph.addConditionalEdges(from, () => target);
  return [];
}
