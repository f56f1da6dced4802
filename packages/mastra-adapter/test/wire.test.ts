import { expect, it } from 'vitest';
import { attach } from '../src/index.ts';
import { stage, supervisorApp } from './stage.ts';

const memory = { thread: 'T1', resource: 'R' };

it.each(['generate', 'stream'] as const)(
  'every request of a supervisor app carries its agent, its session and the directives: %s',
  async (how) => {
    const { server, runtime, model, marks } = await stage();
    const { mastra, supervisor, lookups } = supervisorApp(model);
    const attachment = attach(mastra, runtime);
    const run = async (): Promise<string> => {
      if (how === 'generate') return (await supervisor.generate('go', { memory })).text;
      return (await supervisor.stream('go', { memory })).text;
    };
    expect(await run()).toBe('SUPERVISOR is done');
    expect(lookups()).toBe(1);
    expect(marks()).toEqual([
      { agent: 'supervisor', session: 'T1' },
      { agent: 'supervisor/worker', session: 'T1' },
      { agent: 'supervisor/worker', session: 'T1' },
      { agent: 'supervisor', session: 'T1' },
    ]);
    expect(
      server.requests.every(({ body }) => (body['stream'] === true) === (how === 'stream')),
    ).toBe(true);

    attachment.detach();
    const before = server.requests.length;
    expect(await run()).toBe('SUPERVISOR is done');
    expect(marks().slice(before)).toEqual([undefined, undefined, undefined, undefined]);
    expect(server.requests.slice(before).some(({ body }) => 'entresol_call' in body)).toBe(false);
  },
);
