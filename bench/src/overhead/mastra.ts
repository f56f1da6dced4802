import { attach } from '@entresol/mastra-adapter';
import { Agent } from '@mastra/core/agent';
import { Mastra } from '@mastra/core/mastra';
import { createTool } from '@mastra/core/tools';
import { createStep, createWorkflow } from '@mastra/core/workflows';
import { z } from 'zod';
import { adds, compare, lineThrough, over, spreadOf } from './compared.ts';
import type { Run } from './compared.ts';
import { printFigure, printLine, verdict } from './figures.ts';
import { ForgetfulHost } from './forgetful-host.ts';
import { idleApp } from './idle-agent.ts';

/** Of different lengths, so that what a run costs and what each of its steps or calls costs can be told apart. */
const lengths = [1, 4, 16] as const;
/** Mastra itself takes milliseconds a call. */
const callCounts = [1, 4] as const;
const mostUs = 150;

/** An app twice: bare, and attached to a runtime that forgets everything. */
interface Pair {
  readonly bare: Run;
  readonly attached: Run;
  readonly detach: () => void;
}

function pairOf(create: () => App): Pair {
  const [bare, attached] = [create(), create()];
  const attachment = attach(attached.mastra, new ForgetfulHost());
  return { bare: bare.run, attached: attached.run, detach: () => attachment.detach() };
}

const counted = z.object({ count: z.number() });

interface App {
  readonly mastra: object;
  readonly run: Run;
}

function chain(length: number): App {
  const workflow = createWorkflow({ id: 'chain', inputSchema: counted, outputSchema: counted });
  for (let at = 0; at < length; at += 1) {
    workflow.then(
      createStep({
        id: `s${at}`,
        inputSchema: counted,
        outputSchema: counted,
        execute: async ({ inputData }) => ({ count: inputData.count + 1 }),
      }),
    );
  }
  workflow.commit();
  const mastra = new Mastra({ workflows: { chain: workflow }, logger: false });
  const run = async (): Promise<unknown> => {
    const begun = await workflow.createRun();
    return begun.start({ inputData: { count: 0 } });
  };
  return { mastra, run };
}

const usage = { inputTokens: 10, outputTokens: 2, totalTokens: 12 };
const done = { type: 'text' as const, text: 'ok' };
const asked = { type: 'tool-call' as const, toolName: 'look', input: '{}' };

/** A model of no time that asks for a tool until it was called so often. */
function modelOf(calls: number) {
  let call = 0;
  const next = () => {
    call += 1;
    if (call % calls === 0) return { content: done, finishReason: 'stop' as const };
    return {
      content: { ...asked, toolCallId: `call-${call}` },
      finishReason: 'tool-calls' as const,
    };
  };
  return {
    specificationVersion: 'v2' as const,
    provider: 'none',
    modelId: 'none',
    supportedUrls: {},
    doGenerate: async () => {
      const { content, finishReason } = next();
      return { content: [content], finishReason, usage, warnings: [] };
    },
    doStream: async () => {
      const { content, finishReason } = next();
      const parts =
        content.type === 'tool-call'
          ? [content]
          : [
              { type: 'text-start' as const, id: 't' },
              { type: 'text-delta' as const, id: 't', delta: content.text },
              { type: 'text-end' as const, id: 't' },
            ];
      const finish = { type: 'finish' as const, finishReason, usage };
      return { stream: ReadableStream.from([...parts, finish]) };
    },
  };
}

function agentOf(calls: number, how: 'generate' | 'stream'): App {
  const look = createTool({
    id: 'look',
    description: 'looks',
    inputSchema: z.object({}),
    execute: async () => 'seen',
  });
  const clerk = new Agent({
    id: 'clerk',
    name: 'clerk',
    instructions: 'You are a clerk.',
    model: modelOf(calls),
    tools: { look },
  });
  const mastra = new Mastra({ agents: { clerk }, logger: false });
  const options = { maxSteps: calls };
  const run = async (): Promise<unknown> => {
    if (how === 'generate') return clerk.generate('Where is order 7?', options);
    const output = await clerk.stream('Where is order 7?', options);
    await output.consumeStream();
    return output;
  };
  return { mastra, run };
}

/** What attaching adds to workflows of plain steps, and to agents that call their models and tools so often. */
export async function benchMastra(): Promise<void> {
  const steps = await added('a run of a Mastra workflow without a model, steps', lengths, chain);
  printAdded(steps, 'per step');
  const title = 'a run of an agent of no time, which is the adapter alone';
  const calls = await added(`${title}, calls`, lengths, (length) =>
    idleApp({ calls: length, tools: false }),
  );
  printAdded(calls, 'per call');
  const tools = await added(`${title}, calls with a tool each`, lengths, (length) =>
    idleApp({ calls: length, tools: true }),
  );
  printAdded(tools, 'per call and tool');
  for (const how of ['generate', 'stream'] as const) {
    const whole = `${how}() of a Mastra agent with a model of no time and a tool between two calls, calls`;
    await added(whole, callCounts, (count) => agentOf(count, how));
  }
}

/** Prints both apps at each length; returns what attaching added, by length, in µs. */
async function added(
  title: string,
  sizes: readonly number[],
  create: (size: number) => App,
): Promise<readonly (readonly [number, number])[]> {
  const pairs = sizes.map((size) => pairOf(() => create(size)));
  const figures = await compare(pairs.flatMap(({ bare, attached }) => [bare, attached]));
  for (const { detach } of pairs) detach();
  return sizes.map((size, at): readonly [number, number] => {
    const [bare, attached] = figures.slice(at * 2);
    const more = over(attached, bare);
    console.log(`\n${title}: ${size}`);
    printFigure('the bare app', bare);
    printFigure('attached', attached, `${adds(more)}, ${spreadOf(attached, bare)}`);
    return [size, more];
  });
}

function printAdded(points: readonly (readonly [number, number])[], unit: string): void {
  const { slope, intercept } = lineThrough(points);
  console.log(`\nadded to the bare app, fitted over ${lengths.join(', ')}`);
  printLine(`attached, ${unit}`, slope, verdict(slope, mostUs, 'µs'));
  printLine('attached, per run', intercept);
}
