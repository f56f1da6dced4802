import { describe, expect, it } from 'vitest';
import type { Directive } from '../src/index.ts';
import { createRuntime } from '../src/index.ts';
import { FakeDriver } from '../src/testing/index.ts';
import { prefetchInGap } from './support/gap.ts';
import { finish, queued, saying, served, text, turns, wish } from './support/queued.ts';
import { chat, openSetting, policyOf } from './support/setting.ts';

describe('calls before an engine with a queue', () => {
  it('reach the engine one after the other, and count from when they are queued', async () => {
    const setting = await queued();
    const { ask, events, driver, runtime } = setting;
    const all = ['s1', 's2'].map((session) => text(ask(chat('triage', session, ['hello']))));
    await turns();
    expect(driver.requests).toHaveLength(1);
    const types = events.flatMap((event) =>
      'call' in event ? [`${event.type} ${event.call}`] : [],
    );
    expect(types.toSorted()).toStrictEqual([
      'call-send call-1',
      'call-start call-1',
      'call-start call-2',
    ]);
    expect(runtime.report().endpoints['fake']?.queue).toMatchObject({ running: 1, waiting: 1 });
    await finish(setting, all);
    const sent = events.filter(({ type }) => type === 'call-send');
    expect(sent).toMatchObject([
      { call: 'call-1', waitedMs: 0 },
      { call: 'call-2', waitedMs: expect.any(Number) },
    ]);
    const { queue } = runtime.report().endpoints['fake'] ?? {};
    expect(queue).toMatchObject({ running: 0, waiting: 0, sent: 2, abandoned: 0 });
    expect(queue?.waits.maxMs).toBeGreaterThan(0);
  });

  it('are all sent at once where there is none, and waited for nothing', async () => {
    const setting = await queued({ queue: {} });
    const all = ['s1', 's2'].map((session) => text(setting.ask(chat('triage', session, ['hi']))));
    await turns();
    expect(setting.driver.requests).toHaveLength(2);
    expect(
      setting.events.flatMap((event) => (event.type === 'call-send' ? [event.waitedMs] : [])),
    ).toStrictEqual([0, 0]);
    expect(setting.runtime.report().endpoints['fake']).not.toHaveProperty('queue');
    await finish(setting, all);
  });

  it('wait only for the engine that has the queue', async () => {
    const engines = {
      narrow: new FakeDriver({ endpoint: 'narrow', timed: true }),
      wide: new FakeDriver({ endpoint: 'wide', timed: true }),
    };
    const setting = await openSetting({ engines, queue: { narrow: { concurrency: 1 } } });
    const { baseURL, fetch } = setting.runtime.client('wide');
    const send = (session: string): Promise<string> =>
      text(
        fetch(`${baseURL}/chat/completions`, {
          method: 'POST',
          body: JSON.stringify(chat('triage', session, ['hi'])),
        }),
      );
    const all = [send('s1'), send('s2'), text(setting.ask(chat('triage', 's3', ['hi'])))];
    await turns();
    expect(engines.wide.requests).toHaveLength(2);
    await finish(setting, all);
  });

  it('leave nothing behind when they are aborted', async () => {
    const setting = await queued();
    const { ask, driver, events, runtime } = setting;
    const first = text(ask(chat('triage', 's1', ['hello'])));
    const abort = new AbortController();
    const second = ask(chat('triage', 's2', ['hello']), { signal: abort.signal });
    const third = text(ask(chat('triage', 's3', ['hello'])));
    await turns();
    abort.abort(new DOMException('enough', 'AbortError'));
    await expect(second).rejects.toThrow('enough');
    await finish(setting, [first, third]);
    expect(served(setting)).toStrictEqual(['s1', 's3']);
    expect(driver.plans).toHaveLength(2);
    expect(events.find(({ type }) => type === 'call-fail')).toMatchObject({ code: 'aborted' });
    expect(runtime.report().endpoints['fake']?.queue).toMatchObject({
      running: 0,
      waiting: 0,
      abandoned: 1,
    });
  });

  it('give their place back when the reader of a stream goes away', async () => {
    const setting = await queued();
    const response = await finish(setting, [
      setting.ask(chat('triage', 's1', ['hello'], { stream: true })),
    ]);
    const second = text(setting.ask(chat('triage', 's2', ['hello'])));
    await turns();
    expect(served(setting)).toStrictEqual(['s1']);
    await response[0]?.body?.cancel();
    await finish(setting, [second]);
    expect(served(setting)).toStrictEqual(['s1', 's2']);
  });

  it('fail with runtime-closed when the runtime is closed', async () => {
    const setting = await queued();
    const first = setting.ask(chat('triage', 's1', ['hello']));
    const second = setting.ask(chat('triage', 's2', ['hello']));
    await turns();
    const closing = setting.runtime.close();
    await expect(second).rejects.toMatchObject({ code: 'runtime-closed' });
    await closing;
    await finish(setting, [first]);
  });

  it('are all sent when acting is stopped, holds included', async () => {
    const hold: Directive = {
      kind: 'hold',
      maxMs: 60_000,
      until: { call: 'call-1', event: 'call-end' },
    };
    const setting = await queued({
      policies: [saying((call) => (call === 'call-3' ? [hold] : []))],
    });
    const all = ['s1', 's2', 's3'].map((s) => text(setting.ask(chat('triage', s, ['hi']))));
    await turns();
    expect(served(setting)).toStrictEqual(['s1']);
    setting.runtime.stopActing();
    await turns();
    expect(served(setting).toSorted()).toStrictEqual(['s1', 's2', 's3']);
    await finish(setting, all);
  });

  it('keep background work away while they wait', async () => {
    // One may run beside a prefetch, but none may wait.
    const setting = await queued({
      budget: { maxRunning: 5, share: 1 },
      policies: [
        policyOf({
          mode: 'on',
          act: {
            background: (_, context) => {
              const prefix = context.nextPrefix('billing', 's');
              return prefix === undefined
                ? []
                : [{ kind: 'prefetch', prefix, session: 's', probability: 1, deadlineMs: 1_000 }];
            },
          },
        }),
      ],
      driver: new FakeDriver({ slots: 1 }),
      queue: { concurrency: 1 },
    });
    await prefetchInGap(setting);
    expect(setting.driver.tickets).toHaveLength(1);
    const busy = await setting.ask(chat('triage', 's4', ['hi'], { stream: true }));
    const waiting = setting.ask(chat('triage', 's5', ['hi']));
    await turns();
    setting.clock.advanceBy(10_000);
    expect(setting.driver.tickets).toHaveLength(1);
    await busy.text();
    await finish(setting, [waiting]);
  });
});

describe('the order of waiting calls', () => {
  it('is that of the score that a policy gives them', async () => {
    const scored = policyOf({
      mode: 'on',
      score: { call: ({ session }) => (session === 's3' ? 1 : 0) },
    });
    const setting = await queued({ policies: [scored] });
    const all = ['s1', 's2', 's3'].map((s) => text(setting.ask(chat('triage', s, ['hi']))));
    await finish(setting, all);
    expect(served(setting)).toStrictEqual(['s1', 's3', 's2']);
  });

  it('is first come, first served with a policy in shadow mode, and with one that throws', async () => {
    const shadow = policyOf({
      mode: 'shadow',
      score: { call: ({ session }) => +(session > 's2') },
    });
    const throwing = policyOf({
      mode: 'on',
      score: {
        call: () => {
          throw new TypeError('a bug of the policy');
        },
      },
    });
    for (const policy of [shadow, throwing]) {
      const setting = await queued({ policies: [policy] });
      const all = ['s1', 's2', 's3'].map((s) => text(setting.ask(chat('triage', s, ['hi']))));
      await finish(setting, all);
      expect(served(setting)).toStrictEqual(['s1', 's2', 's3']);
    }
  });

  it('takes turns between the keys of the policy that is listed first', async () => {
    // Calls 1 to 3 are of key x, call 4 of y; the second policy would have it the other way round.
    const setting = await queued({
      policies: [
        saying((call) => [wish(call === 'call-4' ? 'y' : 'x')], 'first'),
        saying((call) => [wish(call)], 'second'),
      ],
    });
    const all = ['s1', 's2', 's3', 's4'].map((s) => text(setting.ask(chat('triage', s, ['hi']))));
    await finish(setting, all);
    expect(served(setting)).toStrictEqual(['s1', 's2', 's4', 's3']);
  });

  it('refuses and counts a wish that cannot be calculated with', async () => {
    const setting = await queued({
      policies: [saying(() => [{ kind: 'queue', key: 'x', cost: Number.NaN, weight: 1 }])],
    });
    await finish(setting, [text(setting.ask(chat('triage', 's1', ['hi'])))]);
    expect(setting.runtime.report().refusedDirectives).toStrictEqual({ 'queue-call': 1 });
  });
});

describe('options of a queue', () => {
  it('must name an engine that there is', () => {
    const engines = new FakeDriver();
    expect(() => createRuntime({ engines, queue: { strong: { concurrency: 1 } } })).toThrow(
      'queue names the engine "strong"; this runtime has fake',
    );
  });

  it('must be in range', () => {
    const engines = new FakeDriver();
    expect(() => createRuntime({ engines, queue: { concurrency: 0 } })).toThrow(RangeError);
  });
});
