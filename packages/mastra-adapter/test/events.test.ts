import { Agent } from '@mastra/core/agent';
import { Mastra } from '@mastra/core/mastra';
import { expect, it, vi } from 'vitest';
import { attach } from '../src/index.ts';
import { stage, supervisorApp, workflowApp } from './stage.ts';

it('tells a delegation as dispatches one inside the other, with their tools', async () => {
  const { runtime, model, events, of } = await stage();
  const { mastra, supervisor } = supervisorApp(model);
  attach(mastra, runtime);
  await supervisor.generate('go', { memory: { thread: 'T1', resource: 'R' } });
  const told = events.map((event) => {
    if (event.type === 'dispatch-start') return `${event.type} ${event.agent}`;
    if (event.type === 'tool-start' || event.type === 'tool-end')
      return `${event.type} ${event.tool}`;
    return event.type;
  });
  expect(told.filter((line) => !/^(call-first|call-send|engine|intent)/.test(line))).toEqual([
    'topology-declare',
    'session-start',
    'dispatch-start supervisor',
    'call-start',
    'call-end',
    'tool-start agent-worker',
    'dispatch-start supervisor/worker',
    'call-start',
    'call-end',
    'tool-start lookup',
    'tool-end lookup',
    'call-start',
    'call-end',
    'dispatch-end',
    'tool-end agent-worker',
    'call-start',
    'call-end',
    'dispatch-end',
    'session-pause',
  ]);
  const calls = of('call-start');
  expect(calls.map(({ previous }) => previous)).toEqual([
    undefined,
    calls[0]?.call,
    calls[1]?.call,
    calls[2]?.call,
  ]);
  const [outer, inner] = of('dispatch-start');
  expect(inner?.parent).toBe(outer?.dispatch);
  expect(of('call-end').every(({ usage }) => usage?.cacheRead === 64)).toBe(true);
});

it('tells the first token and the end of each streamed call', async () => {
  const { runtime, model, of } = await stage();
  const { mastra, supervisor } = supervisorApp(model);
  attach(mastra, runtime);
  await (await supervisor.stream('go')).consumeStream();
  await vi.waitFor(() => expect(of('session-close')).toHaveLength(1));
  expect(of('call-first-token')).toHaveLength(4);
  expect(of('call-end')).toHaveLength(4);
  expect(of('dispatch-end').map(({ how }) => how)).toEqual(['done', 'done']);
  expect(of('session-close').map(({ why }) => why)).toEqual(['run-without-thread']);
});

it('gives what runs side by side the same causes, and what comes after all of them', async () => {
  const { runtime, model, of, marks } = await stage();
  const { mastra, desk } = workflowApp(model);
  attach(mastra, runtime);
  const run = await desk.createRun({ runId: 'r1' });
  const result = await run.start({ inputData: { prompt: 'go' } });
  expect(result.status).toBe('success');
  expect(marks().map((mark) => mark?.session)).toEqual(['r1', 'r1', 'r1']);
  const starts = of('dispatch-start');
  expect(starts.map(({ agent }) => agent).toSorted()).toEqual([
    'desk/left',
    'desk/right',
    'desk/writer',
  ]);
  const beside = starts.filter(({ agent }) => agent !== 'desk/writer');
  expect(beside.map(({ after }) => after)).toEqual([[], []]);
  const writer = starts.find(({ agent }) => agent === 'desk/writer');
  expect(writer?.after.toSorted()).toEqual(beside.map(({ dispatch }) => dispatch).toSorted());
  expect(of('session-close')).toHaveLength(1);
});

it('counts another attempt at a call that failed', async () => {
  let failures = 1;
  const { runtime, model, of } = await stage(() =>
    failures-- > 0 ? { status: 500 } : { text: 'ok' },
  );
  const agent = new Agent({ id: 'solo', name: 'S', instructions: 'SOLO', model, maxRetries: 1 });
  attach(new Mastra({ agents: { agent }, logger: false }), runtime);
  const result = await agent.generate('go');
  expect(result.text).toBe('ok');
  const calls = of('call-start');
  expect(calls.map(({ attempt }) => attempt)).toEqual([1, 2]);
  expect(new Set(calls.map(({ call }) => call)).size).toBe(1);
});

it('tells a run that fails and one that is aborted', async () => {
  const { runtime, model, of } = await stage(() => ({ status: 400 }));
  const { mastra, worker } = supervisorApp(model);
  attach(mastra, runtime);
  await expect(worker.generate('go')).rejects.toThrow('scripted');
  await worker.generate('go', { abortSignal: AbortSignal.abort() }).catch(() => undefined);
  expect(of('dispatch-end').map(({ how }) => how)).toEqual(['failed', 'aborted']);
});
