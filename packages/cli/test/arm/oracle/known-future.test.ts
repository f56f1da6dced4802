import { describe, expect, it } from 'vitest';
import type { KnownRequest } from '../../../src/arm/known-request.ts';
import { KnownFuture } from '../../../src/arm/oracle/known-future.ts';

const system = JSON.stringify({ role: 'system', content: 'You help.' });
const said = (content: string): string => JSON.stringify({ role: 'user', content });

function request(
  session: string,
  turn: number,
  agent: string,
  ...messages: string[]
): KnownRequest {
  return {
    session,
    agent,
    turn,
    messages: [system, ...messages],
    startedAtMs: turn,
    outputTokens: 1,
  };
}

const requests = [
  request('s', 0, 'triage', said('aaaa')),
  request('s', 1, 'reply', said('bbbb')),
  request('s', 2, 'triage', said('aaaa'), said('cccc')),
  request('t', 0, 'reply', said('dddd')),
];

describe('KnownFuture', () => {
  it('knows in how many requests of its session an agent comes again, and that all of its prompt does', () => {
    const future = new KnownFuture(requests);
    expect(future.send('s', 'triage')).toBe(0);
    expect(future.nextUse('s', 0)).toEqual({ steps: 2, share: 1 });
    future.send('s', 'reply');
    expect(future.nextUse('s', 0)).toEqual({ steps: 1, share: 1 });
  });

  it('gives no next use to what nobody asks for again, or in a session that is over', () => {
    const future = new KnownFuture(requests);
    future.send('s', 'triage');
    future.send('s', 'reply');
    expect(future.nextUse('s', 1)).toBeUndefined();
    future.end('s');
    expect(future.nextUse('s', 0)).toBeUndefined();
  });

  it('finds the soonest call of an agent, also in a session that begins when another one ends', () => {
    const future = new KnownFuture(requests);
    future.send('s', 'triage');
    expect(future.stepsToAgent('reply')).toBe(1);
    future.send('s', 'reply');
    // One request of `s` is left, then `t` begins with `reply`.
    expect(future.stepsToAgent('reply')).toBe(2);
    future.send('s', 'triage');
    future.send('t', 'reply');
    expect(future.stepsToAgent('reply')).toBeUndefined();
  });

  it('does not know a request that nobody planned', () => {
    const future = new KnownFuture(requests);
    expect(future.send('s', 'stranger')).toBeUndefined();
    expect(future.send('nobody', 'triage')).toBeUndefined();
  });
});
