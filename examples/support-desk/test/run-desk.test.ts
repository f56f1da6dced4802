import { describe, expect, it } from 'vitest';
import { createSupportDesk, planSessions, runDesk, scriptedDirector } from '../src/index.ts';
import type { RunDeskOptions } from '../src/index.ts';
import { modelOn, noTime, tryDesk } from './desk-run.ts';
import { RecordingEngine } from './recording-engine.ts';
import type { RecordedCall } from './recording-engine.ts';

const seed = 5;

function deskFor(
  count: number,
  answer?: (call: RecordedCall) => { text: string } | Response,
): {
  readonly engine: RecordingEngine;
  readonly options: Omit<RunDeskOptions, 'concurrency'>;
} {
  const sessions = planSessions({ seed, sessions: count });
  const engine = new RecordingEngine({ sessions, ...(answer && { answer }) });
  const app = createSupportDesk({
    model: modelOn(engine),
    director: scriptedDirector(seed),
    wait: noTime,
  });
  return { engine, options: { app, sessions, wait: noTime } };
}

describe('runDesk', () => {
  it('keeps at most `concurrency` sessions live and lets the next one in when one leaves', async () => {
    const { engine, options } = deskFor(7);
    const ended: string[] = [];
    const live = new Set<string>();
    let mostLive = 0;
    const watched = engine.calls;
    await runDesk({
      ...options,
      concurrency: 3,
      onTurn: () => {
        live.clear();
        for (const { session } of watched) if (!ended.includes(session)) live.add(session);
        mostLive = Math.max(mostLive, live.size);
      },
      onSessionEnd: (session) => ended.push(session),
    });
    expect(mostLive).toBe(3);
    expect(ended.toSorted()).toEqual(options.sessions.map(({ id }) => id));
  });

  it('serves one session after the other, in the planned order, with a concurrency of 1', async () => {
    const { engine, options } = deskFor(3);
    await runDesk({ ...options, concurrency: 1 });
    const order = engine.calls.map(({ session }) => session);
    expect(order).toEqual(order.toSorted());
  });

  it('waits the start offset, and the think time before every later message', async () => {
    const { options } = deskFor(2);
    const waited: number[] = [];
    await runDesk({ ...options, concurrency: 1, wait: async (ms) => void waited.push(ms) });
    expect(waited).toEqual(
      options.sessions.flatMap(({ startOffsetMs, turns }) => [
        startOffsetMs,
        ...turns.slice(1).map(({ thinkMs }) => thinkMs),
      ]),
    );
  });

  it('reports every turn with what the customer was answered', async () => {
    const { options } = deskFor(2);
    const turns: { session: string; turn: number; reply: string }[] = [];
    await runDesk({ ...options, concurrency: 2, onTurn: (turn) => turns.push(turn) });
    for (const { id, turns: planned } of options.sessions) {
      const state = await options.app.getState({ configurable: { thread_id: id } });
      const messages: readonly { id: string; text: string }[] = state.values.messages;
      for (let turn = 1; turn <= planned.length; turn += 1) {
        const reply = messages.find((message) => message.id === `${id}/${turn}/reply`)?.text;
        expect(turns).toContainEqual({ session: id, turn, reply });
      }
    }
  });

  it('ends a session whose engine fails, names the cause, and serves the others', async () => {
    const { options } = deskFor(4, ({ session }) =>
      session === 'desk-0002' ? new Response('overloaded', { status: 503 }) : { text: 'ok' },
    );
    const ended: string[] = [];
    const run = await runDesk({
      ...options,
      concurrency: 2,
      onSessionEnd: (session) => ended.push(session),
    });
    expect(run.failures).toEqual([
      { session: 'desk-0002', error: expect.objectContaining({ status: 503 }) },
    ]);
    expect(ended).toHaveLength(4);
    const planned = options.sessions.filter(({ id }) => id !== 'desk-0002');
    expect(run.turns).toBe(planned.reduce((sum, { turns }) => sum + turns.length, 0));
  });

  it('does not try again after a failure: retries belong to the layer below', async () => {
    const { engine, options } = deskFor(1, () => new Response('no', { status: 500 }));
    await runDesk({ ...options, concurrency: 1 });
    expect(engine.calls).toHaveLength(1);
  });

  it('breaks off turns under way on an abort, lets nobody else in, and calls it no failure', async () => {
    const stop = new AbortController();
    const sessions = planSessions({ seed, sessions: 6 });
    const engine = new RecordingEngine({
      sessions,
      // The fifth call would take an hour: only the abort can end it.
      latencyMs: () => (engine.calls.length === 5 ? 3_600_000 : 0),
      answer: () => ({ text: 'ok' }),
    });
    const app = createSupportDesk({
      model: modelOn(engine),
      director: scriptedDirector(seed),
      wait: noTime,
    });
    const running = runDesk({ app, sessions, concurrency: 1, wait: noTime, signal: stop.signal });
    while (engine.calls.length < 5) await new Promise(setImmediate);
    stop.abort();
    const run = await running;
    expect(run.failures).toEqual([]);
    expect(engine.calls).toHaveLength(5);
    expect(engine.live).toBe(0);
  });

  it('asks nothing of the engine when the signal has already fired', async () => {
    const { engine, options } = deskFor(2);
    const signal = AbortSignal.abort();
    expect(await runDesk({ ...options, concurrency: 2, signal })).toEqual({
      turns: 0,
      failures: [],
    });
    expect(engine.calls).toHaveLength(0);
  });

  it('refuses a concurrency below 1', async () => {
    const { options } = deskFor(1);
    await expect(runDesk({ ...options, concurrency: 0 })).rejects.toThrow(RangeError);
  });

  it('makes about thirteen calls per session', async () => {
    const { engine, sessions } = await tryDesk({ seed, sessions: 40, concurrency: 8 });
    const mean = engine.calls.length / sessions.length;
    expect(mean).toBeGreaterThan(11);
    expect(mean).toBeLessThan(15);
  });
});
