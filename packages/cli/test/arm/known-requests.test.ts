import { expect, test } from 'vitest';
import { joinKnownRequests, UnplannedRequestError } from '../../src/arm/known-requests.ts';
import { planRequests } from '../../src/arm/planned-requests.ts';
import { record } from '../request-records.ts';

const planned = (promptHash: string, session: string) => ({
  promptHash,
  session,
  agent: 'triage',
  messages: [promptHash],
});

test('requests come in order of sending, with whose they were and when', () => {
  const plan = [planned('a', 's-1'), planned('b', 's-2'), planned('a', 's-3')];
  const sent = [
    record({ promptHash: 'b', startedAtMs: 30 }),
    record({ promptHash: 'a', startedAtMs: 10 }),
    record({ promptHash: 'a', startedAtMs: 20 }),
  ];
  const known = joinKnownRequests(plan, sent);
  expect(known.map(({ session, startedAtMs }) => [session, startedAtMs])).toEqual([
    ['s-1', 0],
    ['s-3', 10],
    ['s-2', 20],
  ]);
  expect(known[0]).toEqual({
    session: 's-1',
    agent: 'triage',
    turn: 0,
    messages: ['a'],
    startedAtMs: 0,
    outputTokens: 10,
  });
});

test('a prompt outside the script is an error', () => {
  expect(() => joinKnownRequests([], [record()])).toThrow(UnplannedRequestError);
});

test('a scripted run asks the same whoever answers, and every request has an agent and a session', async () => {
  const config = { graph: 'support-desk', seed: 3, sessions: 2, concurrency: 2 } as const;
  const plan = await planRequests(config, AbortSignal.timeout(30_000));
  const again = await planRequests({ ...config, concurrency: 1 }, AbortSignal.timeout(30_000));
  expect(new Set(plan.map(({ session }) => session)).size).toBe(2);
  expect(plan.map(({ promptHash }) => promptHash).toSorted()).toEqual(
    again.map(({ promptHash }) => promptHash).toSorted(),
  );
  for (const { agent, messages } of plan) {
    expect(agent).not.toBe('');
    expect(messages.length).toBeGreaterThan(1);
  }
});
