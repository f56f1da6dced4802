import { describe, expect, it } from 'vitest';
import { createResearchCrewLoad } from '../src/index.ts';

const sessions = 12;

interface Trial {
  readonly bodies: readonly string[];
  readonly agents: readonly string[];
  readonly turns: number;
  readonly planned: number;
  readonly failures: number;
}

const frame = (delta: object, finish: string | null): string =>
  `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

function streamed(text: string): Response {
  return new Response(
    `${frame({ role: 'assistant', content: text }, null)}${frame({}, 'stop')}data: [DONE]\n\n`,
    {
      headers: { 'content-type': 'text/event-stream' },
    },
  );
}

async function tryCrew(
  concurrency: number,
  text: string,
  director: 'script' | 'model' = 'script',
): Promise<Trial> {
  const bodies: string[] = [];
  const agents: string[] = [];
  const load = createResearchCrewLoad({
    client: {
      baseURL: 'http://engine.invalid/v1',
      apiKey: 'none',
      model: 'm',
      fetch: async (_input, init) => {
        if (typeof init?.body !== 'string') throw new TypeError('the body should be a string');
        bodies.push(init.body);
        return streamed(text);
      },
    },
    seed: 3,
    sessions,
    concurrency,
    thinkScale: 0,
    director,
    wait: async (_ms, signal) => signal?.throwIfAborted(),
  });
  const { turns, failures } = await load.run({ onCall: (agent) => agents.push(agent) });
  return { bodies, agents, turns, planned: load.turns, failures: failures.length };
}

describe('createResearchCrewLoad', () => {
  it('answers every planned turn and calls every agent', async () => {
    const { turns, planned, failures, agents } = await tryCrew(4, 'ok');
    expect([turns, failures]).toEqual([planned, 0]);
    expect(new Set(agents).size).toBe(7);
  });

  it('sends the same prompts byte for byte whatever the concurrency and the model', async () => {
    const one = await tryCrew(1, 'ok');
    const many = await tryCrew(8, 'Something else entirely. REVISE');
    expect(many.bodies.toSorted()).toEqual(one.bodies.toSorted());
  });

  it('makes 12 to 18 calls per session on average and keeps every prompt under 12,000 characters', async () => {
    const { bodies } = await tryCrew(4, 'ok');
    expect(bodies.length / sessions).toBeGreaterThanOrEqual(12);
    expect(bodies.length / sessions).toBeLessThanOrEqual(18);
    expect(Math.max(...bodies.map(({ length }) => length))).toBeLessThan(12_000);
  });

  it('answers every turn when the model is taken at its word and says nothing sensible', async () => {
    const { turns, planned, failures } = await tryCrew(4, 'REVISE mumble', 'model');
    expect([turns, failures]).toEqual([planned, 0]);
  });

  it('breaks off on an abort and calls it no failure', async () => {
    const stop = new AbortController();
    const load = createResearchCrewLoad({
      client: {
        baseURL: 'http://engine.invalid/v1',
        apiKey: 'none',
        model: 'm',
        fetch: async () => streamed('ok'),
      },
      seed: 3,
      sessions: 4,
      concurrency: 2,
      thinkScale: 0,
      director: 'script',
      wait: async (_ms, signal) => signal?.throwIfAborted(),
    });
    const run = await load.run({ signal: stop.signal, onTurn: () => stop.abort() });
    expect(run.failures).toEqual([]);
    expect(run.turns).toBeGreaterThan(0);
    expect(run.turns).toBeLessThan(load.turns);
  });

  it('ends a request that is under way when it is aborted', async () => {
    const stop = new AbortController();
    const ended: boolean[] = [];
    const load = createResearchCrewLoad({
      client: {
        baseURL: 'http://engine.invalid/v1',
        apiKey: 'none',
        model: 'm',
        // Never answers: only the signal of the request ends it.
        fetch: (_input, init) =>
          new Promise((_resolve, reject) => {
            const { signal } = init ?? {};
            signal?.addEventListener('abort', () => {
              ended.push(signal.aborted);
              reject(new DOMException('aborted', 'AbortError'));
            });
            stop.abort();
          }),
      },
      seed: 3,
      sessions: 1,
      concurrency: 1,
      thinkScale: 0,
      director: 'script',
    });
    const run = await load.run({ signal: stop.signal });
    expect(run).toMatchObject({ turns: 0, failures: [] });
    expect(ended).toEqual([true]);
  });
});
