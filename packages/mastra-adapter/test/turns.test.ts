import { getEventListeners } from 'node:events';
import { Agent } from '@mastra/core/agent';
import { Mastra } from '@mastra/core/mastra';
import { MockMemory } from '@mastra/core/memory';
import { InMemoryStore } from '@mastra/core/storage';
import { expect, it, vi } from 'vitest';
import { attach } from '../src/index.ts';
import { stage, supervisorApp } from './stage.ts';

it('takes an abort in the middle of a stream', async () => {
  const { runtime, model, of } = await stage();
  const { mastra, worker } = supervisorApp(model);
  attach(mastra, runtime);
  const stop = new AbortController();
  const output = await worker.stream('go', { abortSignal: stop.signal });
  stop.abort();
  await output.consumeStream();
  expect(of('dispatch-end').map(({ how }) => how)).toEqual(['aborted']);
  expect(of('session-close')).toHaveLength(1);
});

it('adds nothing to a signal that outlives its runs, on which Mastra leaves its own', async () => {
  const { runtime, model } = await stage();
  const { mastra, worker } = supervisorApp(model);
  const left = async (): Promise<number> => {
    const { signal } = new AbortController();
    await worker.generate('go', { abortSignal: signal });
    await (await worker.stream('go', { abortSignal: signal })).consumeStream();
    return getEventListeners(signal, 'abort').length;
  };
  const alone = await left();
  attach(mastra, runtime);
  await vi.waitFor(async () => expect(await left()).toBe(alone));
});

it('a thread of two turns', async () => {
  const { runtime, model, of, marks } = await stage(() => ({ text: 'ok' }));
  const solo = new Agent({
    id: 'solo',
    name: 's',
    instructions: 'SOLO',
    model,
    memory: new MockMemory(),
  });
  attach(new Mastra({ agents: { solo }, storage: new InMemoryStore(), logger: false }), runtime);
  const memory = { thread: { id: 'T' }, resource: 'R' };
  await solo.generate('one', { memory });
  await solo.generate('two', { memory });
  expect(marks()).toEqual([
    { agent: 'solo', session: 'T' },
    { agent: 'solo', session: 'T' },
  ]);
  const calls = of('call-start');
  expect(calls[1]?.previous).toBe(calls[0]?.call);
  expect(of('session-start')).toHaveLength(1);
  expect(of('session-pause')).toHaveLength(2);
});

it('gives sub-agents asked side by side the same preceding call', async () => {
  const { runtime, model, of } = await stage((body) => {
    const text = JSON.stringify(body['messages']);
    if (text.includes('"role":"tool"')) return { text: 'done' };
    if (text.startsWith('[{"role":"system","content":"SUPERVISOR')) {
      return {
        tools: [
          { name: 'agent-worker', args: { prompt: 'a' } },
          { name: 'agent-worker', args: { prompt: 'b' } },
        ],
      };
    }
    return { text: 'ok' };
  });
  const { mastra, supervisor } = supervisorApp(model);
  attach(mastra, runtime);
  await supervisor.generate('go');
  const calls = of('call-start');
  expect(calls.map(({ agent }) => agent)).toEqual([
    'supervisor',
    'supervisor/worker',
    'supervisor/worker',
    'supervisor',
  ]);
  expect(calls[1]?.previous).toBe(calls[0]?.call);
  expect(calls[2]?.previous).toBe(calls[0]?.call);
  expect(of('tool-start')).toHaveLength(2);
  expect(of('tool-end')).toHaveLength(2);
});
