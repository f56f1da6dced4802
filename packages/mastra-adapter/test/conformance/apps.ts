import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { AppName, BuildOptions, BuiltApp } from '@entresol/conformance';
import { Agent } from '@mastra/core/agent';
import { Mastra } from '@mastra/core/mastra';
import { InMemoryStore } from '@mastra/core/storage';
import { createTool } from '@mastra/core/tools';
import { createStep, createWorkflow } from '@mastra/core/workflows';
import { z } from 'zod';
import { mastraModel } from '../stage.ts';
import { agentRuns, workflowRuns } from './runs.ts';

interface More {
  readonly tools?: { readonly lookup: ReturnType<typeof lookup> };
  readonly agents?: Readonly<Record<string, Agent>>;
}

type NewAgent = (role: string, more?: More) => Agent;

const prompt = z.object({ prompt: z.string() });
const text = z.object({ text: z.string() });

/** What an agent has said is what the next one is asked. */
const toPrompt = async ({ inputData }: { readonly inputData: unknown }) => ({
  prompt: JSON.stringify(inputData),
});

function workflowOf(name: AppName) {
  return createWorkflow({ id: name, inputSchema: prompt, outputSchema: text });
}

function sequence(agent: NewAgent) {
  return workflowOf('sequence')
    .then(createStep(agent('first')))
    .map(toPrompt)
    .then(createStep(agent('second')))
    .commit();
}

function quiet(agent: NewAgent) {
  const between = createStep({
    id: 'between',
    inputSchema: text,
    outputSchema: prompt,
    execute: toPrompt,
  });
  return workflowOf('quiet')
    .then(createStep(agent('first')))
    .then(between)
    .then(createStep(agent('second')))
    .commit();
}

function parallel(agent: NewAgent) {
  return workflowOf('parallel')
    .parallel([createStep(agent('left')), createStep(agent('right'))])
    .map(toPrompt)
    .then(createStep(agent('writer')))
    .commit();
}

function loop(agent: NewAgent) {
  const round = createWorkflow({ id: 'round', inputSchema: prompt, outputSchema: prompt })
    .then(createStep(agent('drafter')))
    .map(toPrompt)
    .commit();
  return (
    workflowOf('loop')
      // @ts-expect-error Mastra's type of a workflow is no step under exactOptionalPropertyTypes.
      .dountil(round, async ({ inputData }) => JSON.stringify(inputData).includes('final'))
      .map(async ({ inputData }) => ({ text: JSON.stringify(inputData) }))
      .commit()
  );
}

function suspend(agent: NewAgent) {
  const wait = createStep({
    id: 'wait',
    inputSchema: text,
    outputSchema: prompt,
    resumeSchema: prompt,
    execute: async ({ resumeData, suspend: stop }) => resumeData ?? stop({}),
  });
  return workflowOf('suspend')
    .then(createStep(agent('asker')))
    .then(wait)
    .then(createStep(agent('finisher')))
    .commit();
}

const workflows = { sequence, quiet, parallel, loop, suspend };

const lookup = () =>
  createTool({
    id: 'lookup',
    description: 'Looks a term up.',
    inputSchema: z.object({ term: z.string() }),
    execute: async ({ term }) => ({ meaning: `${term} means y` }),
  });

export function buildApp(name: AppName, { client, retries }: BuildOptions): BuiltApp {
  const provider = createOpenAICompatible({ name: 'local', includeUsage: true, ...client });
  const model = mastraModel(provider('scripted'));
  const agents: Record<string, Agent> = {};
  const agent: NewAgent = (role, more = {}) =>
    (agents[role] = new Agent({
      id: role,
      name: role,
      description: `The ${role}.`,
      instructions: `You are ${role}.`,
      model,
      maxRetries: retries,
      ...more,
    }));
  if (name === 'tool' || name === 'delegation') {
    const entry =
      name === 'tool'
        ? agent('solo', { tools: { lookup: lookup() } })
        : agent('lead', { agents: { worker: agent('worker') } });
    const app = new Mastra({ agents, logger: false });
    return { app, parts: [app, ...Object.values(agents)], run: agentRuns(entry) };
  }
  const workflow = workflows[name](agent);
  const app = new Mastra({
    agents,
    workflows: { [name]: workflow },
    storage: new InMemoryStore(),
    logger: false,
  });
  return { app, parts: [app, workflow, ...Object.values(agents)], run: workflowRuns(workflow) };
}
