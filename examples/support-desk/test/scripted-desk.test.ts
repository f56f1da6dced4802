import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { deskAgents } from '../src/index.ts';
import { tryDesk } from './desk-run.ts';
import type { DeskTrial } from './desk-run.ts';
import type { RecordedCall } from './recording-engine.ts';

const seed = 11;
const sessionCount = 24;

/** Longest request that fits 4,096 tokens at three characters a token, with room for the reply. */
const longestRequest = 12_600;

/** The prompts of a session, whatever order parallel calls arrived in. */
function fingerprints({ engine, sessions }: DeskTrial): readonly string[] {
  return sessions.map(({ id }) =>
    createHash('sha256')
      .update(
        engine.calls
          .filter(({ session }) => session === id)
          .map(({ body }) => body)
          .toSorted()
          .join('\n'),
      )
      .digest('hex'),
  );
}

/** Calls of one agent in one session, in order of arrival. */
function visits({ engine, sessions }: DeskTrial): readonly (readonly RecordedCall[])[] {
  return sessions.flatMap(({ id }) =>
    deskAgents.map((agent) =>
      engine.calls.filter((call) => call.session === id && call.agent === agent),
    ),
  );
}

describe('the scripted desk', () => {
  let trial: DeskTrial;
  beforeAll(async () => {
    trial = await tryDesk({ seed, sessions: sessionCount });
  });

  it('answers every planned turn, and the answer is the last message of the thread', async () => {
    const planned = trial.sessions.reduce((sum, { turns }) => sum + turns.length, 0);
    expect(trial.run).toEqual({ turns: planned, failures: [] });
    for (const { id, turns } of trial.sessions) {
      const state = await trial.app.getState({ configurable: { thread_id: id } });
      const messages: readonly { type: string; id?: string }[] = state.values.messages;
      expect(messages.filter(({ type }) => type === 'human')).toHaveLength(turns.length);
      expect(messages.at(-1)?.id).toBe(`${id}/${turns.length}/reply`);
    }
  });

  it('reaches every agent', () => {
    expect(new Set(trial.engine.calls.map(({ agent }) => agent))).toEqual(new Set(deskAgents));
  });

  it('streams every call from the chat completions of the given server, and asks no other host', () => {
    expect(new Set(trial.engine.urls)).toEqual(
      new Set(['http://engine.invalid/v1/chat/completions']),
    );
    for (const { request } of trial.engine.calls) {
      expect(request.stream).toBe(true);
      expect(request.temperature).toBe(0);
      expect(request.max_tokens).toBeGreaterThanOrEqual(8);
      expect(request.max_tokens).toBeLessThanOrEqual(40);
    }
  });

  it('binds tools to the four departments and to nobody else', () => {
    for (const { agent, request } of trial.engine.calls) {
      const department = ['orders', 'billing', 'technical', 'returns'].includes(agent);
      expect(request.tools?.length ?? 0).toBe(department ? 2 : 0);
    }
  });

  it('sends the same bytes per session when latency, concurrency and model texts differ', async () => {
    const other = await tryDesk({
      seed,
      sessions: sessionCount,
      concurrency: 13,
      latencyMs: ({ body }) => body.length % 7,
      answer: ({ body }) => ({
        text: `ROUTE: technical REVISE: ${body.length} and more`,
        toolCall: { name: 'list_orders', args: { customer_id: 'C-1', limit: 1 } },
      }),
    });
    expect(other.engine.mostLive).toBeGreaterThan(trial.engine.mostLive);
    expect(fingerprints(other)).toEqual(fingerprints(trial));
  });

  it('extends the previous prompt of an agent in a session, up to the task at the end', () => {
    const repeated = visits(trial).filter(({ length }) => length > 1);
    expect(repeated.length).toBeGreaterThan(3 * sessionCount);
    for (const calls of repeated) {
      for (const [index, { request }] of calls.slice(1).entries()) {
        const before = calls[index]?.request;
        const kept = before?.messages.slice(0, -1) ?? [];
        expect(request.messages.slice(0, kept.length)).toEqual(kept);
        expect(request.tools).toEqual(before?.tools);
      }
    }
  });

  it('keeps nothing of the task text in the history', () => {
    for (const { request } of trial.engine.calls) {
      const tasks = request.messages.filter(
        ({ role, content }) => role === 'user' && String(content).startsWith('Desk: '),
      );
      expect(tasks).toEqual([request.messages.at(-1)]);
    }
  });

  it('fits the window of a small model', () => {
    for (const { request } of trial.engine.calls) {
      const length = JSON.stringify([request.messages, request.tools]).length;
      expect(length).toBeLessThan(longestRequest);
    }
  });

  it('puts the results of real tools into the history', () => {
    const results = trial.engine.calls.flatMap(({ request }) =>
      request.messages.filter(({ role }) => role === 'tool'),
    );
    expect(results.length).toBeGreaterThan(sessionCount);
    for (const { content } of results) {
      expect(String(content)).toMatch(/"(order_id|id|rma)":/);
      expect(String(content)).not.toContain('not found');
    }
  });
});
