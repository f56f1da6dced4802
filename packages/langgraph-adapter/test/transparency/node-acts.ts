import { RunnableLambda } from '@langchain/core/runnables';
import type { Runnable, RunnableConfig } from '@langchain/core/runnables';
import type { LangGraphRunnableConfig } from '@langchain/langgraph';
import { interrupt } from '@langchain/langgraph';
import { createAgent } from 'langchain';
import { labelOf } from './app-state.ts';
import type { AppStateType } from './app-state.ts';
import type { NodePlan, ToolName } from './graph-plan.ts';
import type { World } from './world.ts';

export type Act = (
  state: AppStateType,
  config: LangGraphRunnableConfig,
) => Promise<Partial<AppStateType>>;

/** One visit of a node: its name is the same in every run of the experiment and no other work bears it. */
async function begin(world: World, path: string, state: AppStateType): Promise<string> {
  const place = `${labelOf(state)} ${path}`;
  const visit = `${place}.${world.visit(place)}`;
  await world.time.work(visit);
  return visit;
}

/** A node that is a chain of runnables. */
export function chainOf(world: World, path: string): Runnable<AppStateType, Partial<AppStateType>> {
  return RunnableLambda.from((state: AppStateType) => begin(world, path, state))
    .pipe(world.model)
    .pipe((reply) => ({ log: [reply.text] }));
}

export function agentOf(world: World, path: string, tools: readonly ToolName[]) {
  return createAgent({
    model: world.model,
    tools: world.tools(tools),
    systemPrompt: `You are ${path}.`,
  });
}

/** Asks the model to use tools; a tool node comes after. */
export function askForTools(world: World, path: string, tools: readonly ToolName[]): Act {
  const model = world.model.bindTools(world.tools(tools));
  return async (state) => {
    const visit = await begin(world, path, state);
    const wish = tools.map((name) => `use:${name}`).join(' ');
    return { log: [visit], messages: [await model.invoke(`${visit} ${wish}`)] };
  };
}

/** A node that runs a graph by hand, once or twice. */
export function callerOf(
  world: World,
  path: string,
  graph: { invoke(input: object, config?: RunnableConfig): Promise<{ readonly log: string[] }> },
  times: number,
): Act {
  return async (state) => {
    const log = [await begin(world, path, state)];
    for (let nth = 0; nth < times; nth += 1) {
      const inner = await graph.invoke({ log: [`${labelOf(state)} call ${nth}`] });
      log.push(...inner.log.slice(1));
    }
    return { log };
  };
}

/** What a node does that is a plain function. */
export function actOf(world: World, plan: NodePlan, path: string): Act {
  const { model, time } = world;
  return async (state, config) => {
    const visit = await begin(world, path, state);
    const log = [visit];
    const { act } = plan;
    if (act === 'ask') log.push((await model.invoke(visit)).text);
    if (act === 'failing model') log.push((await model.invoke(`${visit} fails`)).text);
    if (act === 'stream' || act === 'leave stream') {
      for await (const { text } of await model.stream(visit)) {
        log.push(`${visit} ${log.length} ${text}`);
        if (act === 'leave stream' && text !== '') break;
      }
    }
    if (act === 'model events') {
      for await (const { event } of model.streamEvents(visit, { version: 'v2' })) {
        log.push(`${visit} ${log.length} ${event}`);
      }
    }
    if (act === 'custom') {
      config.writer?.(`${visit} begins`);
      await time.work(`${visit} again`);
      config.writer?.({ ends: visit });
    }
    if (act === 'throw' || act === 'throw handled') throw new RangeError(`${visit} is broken`);
    if (act === 'retry') {
      // Fails 0 to 3 times, and has three attempts.
      const fails = plan.pick % 4;
      const attempt = world.visit(`attempt at ${path} ${labelOf(state)}`) % (fails + 1);
      log.push((await model.invoke(`${visit} tries`)).text);
      if (attempt < fails) throw new Error(`attempt ${attempt} at ${path}`);
    }
    if (act === 'interrupt') {
      log.push(`${visit} heard ${String(interrupt({ question: path }))}`);
    }
    if (act === 'abort') world.abort.abort(new Error(`the user has left at ${path}`));
    return { log };
  };
}

/** A node that runs an agent by hand. */
export function agentCallerOf(world: World, path: string, tools: readonly ToolName[]): Act {
  const agent = agentOf(world, path, tools);
  return async (state) => {
    const visit = await begin(world, path, state);
    const wish = tools.map((name) => `use:${name}`).join(' ');
    const { messages } = await agent.invoke({
      messages: [{ role: 'user', content: `${visit} ${wish}` }],
    });
    return { log: [visit, `${visit} ${messages.length} messages`] };
  };
}
