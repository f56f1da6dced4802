import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Directive } from '../src/index.ts';
import { finish, queued, saying, served, text, turns, wish } from './support/queued.ts';
import { chat } from './support/setting.ts';

describe('holds and the queue together', () => {
  it('let a leader go that waits in the queue, and then those who wait for it', async () => {
    // call-2 is the leader of call-3 and call-4 and waits behind call-1.
    const hold: Directive = {
      kind: 'hold',
      maxMs: 1_000_000,
      until: { call: 'call-2', event: 'call-first-token' },
    };
    const setting = await queued({
      policies: [saying((call) => (call === 'call-3' || call === 'call-4' ? [hold] : []))],
    });
    const all = ['s1', 's2', 's3', 's4', 's5'].map((s) =>
      text(setting.ask(chat('triage', s, ['hi'], { stream: true }))),
    );
    await finish(setting, all);
    // The leader goes before who came later; its siblings keep the places they came with.
    expect(served(setting).slice(0, 2)).toStrictEqual(['s1', 's2']);
    expect(served(setting)).toHaveLength(5);
  });

  it('never lock each other up, whoever waits for whom and whoever gives up', async () => {
    const load = fc.array(
      fc.record({
        holdsFor: fc.option(fc.nat({ max: 9 }), { nil: undefined }),
        event: fc.constantFrom('call-first-token' as const, 'call-end' as const),
        key: fc.constantFrom('x', 'y'),
        stream: fc.boolean(),
        aborts: fc.boolean(),
      }),
      { minLength: 1, maxLength: 10 },
    );
    await fc.assert(
      fc.asyncProperty(load, fc.integer({ min: 1, max: 3 }), async (calls, concurrency) => {
        const waits = saying((call) => {
          const of = calls[Number(call.slice('call-'.length)) - 1];
          if (of === undefined) return [];
          if (of.holdsFor === undefined) return [wish(of.key)];
          const until = { call: `call-${of.holdsFor + 1}`, event: of.event };
          return [wish(of.key), { kind: 'hold', until, maxMs: 1_000_000 }];
        });
        const setting = await queued({ policies: [waits], queue: { concurrency } });
        const aborts = calls.map(() => new AbortController());
        const all = aborts.map(({ signal }, at) => {
          const body = chat('triage', `s${at}`, ['hi'], { stream: calls[at]?.stream === true });
          return text(setting.ask(body, { signal })).catch((error: unknown) => String(error));
        });
        await turns();
        for (const [at, { aborts: gives }] of calls.entries()) if (gives) aborts[at]?.abort();
        await finish(setting, all);
        const { queue } = setting.runtime.report().endpoints['fake'] ?? {};
        expect(queue).toMatchObject({ running: 0, waiting: 0, overflowed: 0 });
        const ended = setting.events.filter(
          ({ type }) => type === 'call-end' || type === 'call-fail',
        );
        expect(ended).toHaveLength(calls.length);
      }),
      { numRuns: 60, seed: 7 },
    );
  });
});
