import { attach } from '@entresol/mastra-adapter';
import type { MastraAttachment } from '@entresol/mastra-adapter';
import { createRuntime } from '@entresol/runtime-core';
import { FakeDriver } from '@entresol/runtime-core/testing';
import { expect, it, onTestFinished, vi } from 'vitest';
import { exampleLoads } from '../../src/arm/example-workload.ts';
import { planRequests } from '../../src/arm/planned-requests.ts';
import { graphsOf } from '../../src/demo/example-names.ts';
import type { GraphName } from '../../src/demo/example-names.ts';

/** Loading Mastra and an example alone takes seconds on a busy machine. */
vi.setConfig({ testTimeout: 30_000 });

const mastraGraphs = graphsOf('mastra');

interface Stage {
  readonly driver: FakeDriver;
  readonly attachment: MastraAttachment;
  readonly run: () => Promise<void>;
}

/** An example before an engine that computes nothing, attached. */
async function stage(graph: GraphName): Promise<Stage> {
  const driver = new FakeDriver({ tokenUnit: 'words' });
  const runtime = createRuntime({ engines: driver, policies: [] });
  onTestFinished(() => runtime.close());
  await runtime.ready;
  const createLoad = await exampleLoads[graph]();
  const { baseURL, apiKey, fetch } = runtime.client();
  const load = createLoad({
    client: { baseURL, apiKey, model: 'm', fetch },
    seed: 3,
    sessions: 4,
    concurrency: 4,
    thinkScale: 0,
    director: 'script',
    wait: async (_ms, signal) => signal?.throwIfAborted(),
  });
  const attachment = attach(load.app, runtime, { id: graph });
  const run = async (): Promise<void> => {
    const { failures } = await load.run({ onSessionEnd: (id) => runtime.closeSession(id) });
    expect(failures).toEqual([]);
  };
  return { driver, attachment, run };
}

it.each(mastraGraphs)(
  '%s: each request is its own agent’s, of a session that was planned',
  async (graph) => {
    const options = { graph, seed: 3, sessions: 3, concurrency: 3 } as const;
    const requests = await planRequests(options, new AbortController().signal);
    const instructions = new Map<string, Set<string>>();
    for (const { agent, session, messages } of requests) {
      expect(session).toMatch(/^(?:brief|guest)-000[123]$/u);
      const system = messages.find((message) => message.includes('"role":"system"')) ?? '';
      instructions.set(system, (instructions.get(system) ?? new Set()).add(agent));
    }
    // Every agent has instructions that no other has.
    for (const agents of instructions.values()) expect(agents.size).toBe(1);
    expect(new Set(requests.map(({ agent }) => agent)).size).toBe(instructions.size);
  },
);

it('market-brief declares its analysts side by side, the review loop and the branch', async () => {
  const { attachment } = await stage('market-brief');
  const { agents, edges } = attachment.topology();
  expect(agents.toSorted()).toEqual([
    'market-brief/draft-round/reviewer',
    'market-brief/draft-round/writer',
    'market-brief/editor',
    'market-brief/research/demand-analyst',
    'market-brief/research/risk-analyst',
    'market-brief/research/supply-analyst',
    'market-brief/scoper',
  ]);
  const drawn = edges.map(({ from, to }) => `${from} > ${to}`);
  for (const edge of [
    'market-brief/scoper > market-brief/research/demand-analyst',
    'market-brief/scoper > market-brief/draft-round/writer',
    'market-brief/research/risk-analyst > market-brief/draft-round/writer',
    'market-brief/draft-round/writer > market-brief/draft-round/reviewer',
    'market-brief/draft-round/reviewer > market-brief/draft-round/writer',
    'market-brief/draft-round/reviewer > market-brief/editor',
  ]) {
    expect(drawn).toContain(edge);
  }
});

it('concierge declares its sub-agents; the agent in its workflow tool is learned', async () => {
  const { attachment, run } = await stage('concierge');
  expect(attachment.topology().agents).toEqual(
    expect.arrayContaining([
      'concierge',
      'concierge/dining',
      'concierge/outings',
      'concierge/house',
    ]),
  );
  await run();
  expect(attachment.topology().agents).toContain('concierge/transfer/dispatcher');
});

it.each(mastraGraphs)(
  '%s: nothing passes the runtime by, and the adapter never fails',
  async (graph) => {
    const { attachment, driver, run } = await stage(graph);
    await run();
    expect(driver.requests.length).toBeGreaterThan(0);
    for (const { draft } of driver.requests) expect(draft).toBeDefined();
    expect(attachment.report()).toMatchObject({ unmanagedCalls: {}, faults: 0 });
  },
);
