import { attach } from '@entresol/mastra-adapter';
import { createRuntime } from '@entresol/runtime-core';
import type { CallDraft, CallPlan, Policy, RequestBody, Transport } from '@entresol/runtime-core';
import { FakeDriver } from '@entresol/runtime-core/testing';
import { expect, it, onTestFinished, vi } from 'vitest';
import { exampleLoads } from '../../src/arm/example-workload.ts';
import { startChatServer } from '../chat-server.ts';

/** Loading Mastra and an example alone takes seconds on a busy machine. */
vi.setConfig({ testTimeout: 30_000 });

/** Writes into each request what a driver may know of it, and sends it to a server. */
class WireDriver extends FakeDriver {
  override readonly transport: Transport;

  constructor(baseURL: string) {
    super();
    this.transport = { baseURL, apiKey: 'none', fetch: (input, init) => fetch(input, init) };
  }

  override decorate(body: RequestBody, plan: CallPlan, { agent, session }: CallDraft): RequestBody {
    return { ...body, marks: { agent, session, urgency: plan.annotate.urgency } };
  }
}

/** Each agent gets an urgency of its own. */
const urgencyOf = (agent: string): number => 1 / agent.length;

const ranking: Policy = {
  name: 'ranking',
  mode: 'on',
  interference: 'none',
  act: {
    inline: (occasion) =>
      occasion.type === 'request'
        ? [{ kind: 'annotate', urgency: urgencyOf(occasion.draft.agent) }]
        : [],
  },
};

/** The supervisor example before a server on the loopback that writes down every body. */
async function stage() {
  const bodies: Readonly<Record<string, unknown>>[] = [];
  const url = await startChatServer('ok', (body) => bodies.push(body));
  const runtime = createRuntime({ engines: new WireDriver(url), policies: [ranking] });
  onTestFinished(() => runtime.close());
  await runtime.ready;
  const createLoad = await exampleLoads.concierge();
  const { baseURL, apiKey, fetch: managed } = runtime.client();
  const load = createLoad({
    client: { baseURL, apiKey, model: 'm', fetch: managed },
    seed: 3,
    sessions: 6,
    concurrency: 3,
    thinkScale: 0,
    director: 'script',
    wait: async (_ms, signal) => signal?.throwIfAborted(),
  });
  const attachment = attach(load.app, runtime);
  const streams = async (): Promise<void> => {
    const { failures } = await load.run({ onSessionEnd: (id) => runtime.closeSession(id) });
    expect(failures).toEqual([]);
  };
  const generates = async (): Promise<void> => {
    await conciergeOf(load.app).generate('Is there a quiet table for two this evening?', {
      memory: { thread: 'alone', resource: 'guest' },
    });
  };
  return { bodies, attachment, streams, generates };
}

type Body = Readonly<Record<string, unknown>>;

/** Whose request it is, read from what only this agent is given. */
function agentOf({ tools }: Body): string {
  const given = JSON.stringify(tools ?? []);
  if (given.includes('"agent-dining"')) return 'concierge';
  if (given.includes('"find_tables"')) return 'concierge/dining';
  if (given.includes('"find_outings"')) return 'concierge/outings';
  if (given.includes('"check_service"')) return 'concierge/house';
  return 'concierge/transfer/dispatcher';
}

/** Guest N says to be in room 100 + N; only the workflow hands on no conversation. */
function sessionOf({ messages }: Body): string | undefined {
  const room = /room 10(?<guest>\d)/u.exec(JSON.stringify(messages));
  return room?.groups && `guest-000${room.groups['guest']}`;
}

const planned = /^guest-000[1-6]$/u;

it('every body of the concierge carries its agent, its session and the directives: stream', async () => {
  const { bodies, streams } = await stage();
  await streams();
  expect(new Set(bodies.map(agentOf)).size).toBe(5);
  for (const body of bodies) {
    const agent = agentOf(body);
    expect(body).toMatchObject({ stream: true, marks: { agent, urgency: urgencyOf(agent) } });
    expect(body).toMatchObject({ marks: { session: expect.stringMatching(planned) } });
  }
  const told = bodies.filter((body) => sessionOf(body) !== undefined);
  expect(told.length).toBeGreaterThan(bodies.length / 2);
  for (const body of told) expect(body).toMatchObject({ marks: { session: sessionOf(body) } });
});

it('every body of the concierge carries its agent, its session and the directives: generate; none after detach', async () => {
  const { bodies, attachment, generates } = await stage();
  await generates();
  const marked = bodies.splice(0);
  expect(marked.map(agentOf)).toContain('concierge/dining');
  for (const body of marked) {
    const agent = agentOf(body);
    const marks = { agent, session: 'alone', urgency: urgencyOf(agent) };
    expect(body).toMatchObject({ marks });
    expect(body).not.toHaveProperty('stream');
    expect(body).not.toHaveProperty('stream_options');
  }
  attachment.detach();
  await generates();
  expect(bodies.map(agentOf)).toEqual(marked.map(agentOf));
  for (const body of bodies) expect(body).not.toHaveProperty('marks');
});

it('no body carries anything in a stream after detach', async () => {
  const { bodies, attachment, streams } = await stage();
  attachment.detach();
  await streams();
  expect(bodies.length).toBeGreaterThan(0);
  for (const body of bodies) expect(body).not.toHaveProperty('marks');
});

interface Generates {
  generate(text: string, options: object): Promise<unknown>;
}

function conciergeOf(app: object): Generates {
  if (!('getAgent' in app) || typeof app.getAgent !== 'function') throw new TypeError('no Mastra');
  const agent: unknown = Reflect.apply(app.getAgent, app, ['concierge']);
  if (!canGenerate(agent)) throw new TypeError('no agent');
  return agent;
}

function canGenerate(agent: unknown): agent is Generates {
  return typeof agent === 'object' && agent !== null && 'generate' in agent;
}
