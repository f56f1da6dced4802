import { describe, expect, it } from 'vitest';
import type { ExampleLoad, ExampleLoadOptions } from '../../src/index.ts';

type CreateLoad = (options: ExampleLoadOptions) => ExampleLoad;
type Fetch = typeof globalThis.fetch;

const seed = 3;

function frame(delta: object, finish: string | null): string {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  const chunk = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm' };
  return `data: ${JSON.stringify({ ...chunk, choices })}\n\n`;
}

function streamed(text: string): Response {
  const content = frame({ role: 'assistant', content: text }, null);
  return new Response(`${content}${frame({}, 'stop')}data: [DONE]\n\n`, {
    headers: { 'content-type': 'text/event-stream' },
  });
}

function loadOf(
  createLoad: CreateLoad,
  options: Partial<ExampleLoadOptions> & { readonly fetch: Fetch },
): ExampleLoad {
  const { fetch, ...given } = options;
  return createLoad({
    client: { baseURL: 'http://engine.invalid/v1', apiKey: 'none', model: 'm', fetch },
    seed,
    sessions: 10,
    concurrency: 4,
    thinkScale: 0,
    director: 'script',
    wait: async (_ms, signal) => signal?.throwIfAborted(),
    ...given,
  });
}

async function tryLoad(
  createLoad: CreateLoad,
  options: Partial<ExampleLoadOptions> & { readonly text?: string } = {},
) {
  const { text = 'ok', ...given } = options;
  const bodies: string[] = [];
  const agents: string[] = [];
  const load = loadOf(createLoad, {
    ...given,
    fetch: async (_input, init) => {
      if (typeof init?.body !== 'string') throw new TypeError('the body should be a string');
      bodies.push(init.body);
      return streamed(text);
    },
  });
  const { turns, failures } = await load.run({ onCall: (agent) => agents.push(agent) });
  return { bodies, agents, turns, load, failures };
}

/** What every Mastra example does, on the real framework and a scripted engine. */
export function describeChatExample(
  name: string,
  createLoad: CreateLoad,
  bounds: {
    /** Calls per session on average, in a script. */
    readonly calls: readonly [from: number, to: number];
    /** Characters of the longest request. */
    readonly longest: number;
    /** What a model may say that makes no sense to the application. */
    readonly nonsense: string;
  },
): void {
  describe(`${name} and its users`, () => {
    it('answers every planned turn and calls every agent', async () => {
      const { turns, failures, agents, load } = await tryLoad(createLoad);
      expect([turns, failures]).toEqual([load.turns, []]);
      expect(new Set(agents).size).toBe(load.agents);
    });

    it('sends the same prompts byte for byte whatever the concurrency and the model', async () => {
      const one = await tryLoad(createLoad, { concurrency: 1 });
      const many = await tryLoad(createLoad, { concurrency: 8, text: `Else. ${bounds.nonsense}` });
      expect(many.bodies.toSorted()).toEqual(one.bodies.toSorted());
    });

    it('keeps calls and prompts to their usual size', async () => {
      const { bodies } = await tryLoad(createLoad);
      const [from, to] = bounds.calls;
      expect(bodies.length / 10).toBeGreaterThanOrEqual(from);
      expect(bodies.length / 10).toBeLessThanOrEqual(to);
      expect(Math.max(...bodies.map(({ length }) => length))).toBeLessThan(bounds.longest);
    });

    it('answers every turn when the model is taken at its word and says nothing sensible', async () => {
      const text = bounds.nonsense;
      const { turns, failures, load } = await tryLoad(createLoad, { director: 'model', text });
      expect([turns, failures]).toEqual([load.turns, []]);
    });

    it('ends a session whose request fails, and says why', async () => {
      const load = loadOf(createLoad, {
        sessions: 2,
        fetch: async () => Response.json({ error: { message: 'out of order' } }, { status: 400 }),
      });
      const { turns, failures } = await load.run({});
      expect(turns).toBe(0);
      expect(failures).toHaveLength(2);
      for (const { error } of failures) expect(String(error)).toContain('out of order');
    });

    it('breaks off on an abort and calls it no failure', async () => {
      const stop = new AbortController();
      const load = loadOf(createLoad, { fetch: async () => streamed('ok') });
      const run = await load.run({ signal: stop.signal, onTurn: () => stop.abort() });
      expect(run.failures).toEqual([]);
      expect(run.turns).toBeGreaterThan(0);
      expect(run.turns).toBeLessThan(load.turns);
    });

    it('ends a request that is under way when it is aborted', async () => {
      const stop = new AbortController();
      const ended: boolean[] = [];
      const load = loadOf(createLoad, {
        sessions: 1,
        concurrency: 1,
        // Never answers: only the signal of the request ends it.
        fetch: (_input, init) =>
          new Promise((_resolve, reject) => {
            const { signal } = init ?? {};
            signal?.addEventListener('abort', () => {
              ended.push(signal.aborted);
              reject(new DOMException('aborted', 'AbortError'));
            });
            setImmediate(() => stop.abort());
          }),
      });
      const run = await load.run({ signal: stop.signal });
      expect(run).toMatchObject({ turns: 0, failures: [] });
      expect(ended).toEqual([true]);
    });
  });
}
