import { describe, expect, it } from 'vitest';
import { createRuntime, type EngineDriver, type EngineHost } from '../src/index.ts';
import { buildEvents, countingIds, FakeDriver, ManualClock } from '../src/testing/index.ts';
import { prefetchInGap } from './support/gap.ts';
import { chat, openSetting, typesOf } from './support/setting.ts';
import { tinySage } from './support/tiny-sage.ts';

const follows = { triage: 'billing', billing: 'triage' };

describe('createRuntime', () => {
  it('refuses to run without an engine', () => {
    expect(() => createRuntime({ engines: {} })).toThrow(
      expect.objectContaining({ code: 'no-engine' }),
    );
  });

  it('refuses two engines of one endpoint', () => {
    const engines = { a: new FakeDriver(), b: new FakeDriver() };
    expect(() => createRuntime({ engines })).toThrow(
      expect.objectContaining({ code: 'duplicate-engine', value: 'fake' }),
    );
  });

  it.each(['On', '', 1, null])('refuses a policy whose mode is %j', (mode) => {
    const policy = Object.assign({ name: 'own', interference: 'none' as const }, { mode });
    // @ts-expect-error: from untyped code
    expect(() => createRuntime({ engines: new FakeDriver(), policies: [policy] })).toThrow(
      `policy "own" has mode ${JSON.stringify(mode)}; it must be off, shadow, on or absent`,
    );
  });

  it('gives one client per engine, the first by default, and names those it has', async () => {
    const engines = {
      fast: new FakeDriver({ endpoint: 'e1' }),
      strong: new FakeDriver({ endpoint: 'e2' }),
    };
    const { runtime } = await openSetting({ engines });
    expect(runtime.client()).toBe(runtime.client('fast'));
    expect(runtime.client('strong')).not.toBe(runtime.client('fast'));
    expect(() => runtime.client('unknown')).toThrow(
      expect.objectContaining({
        code: 'unknown-engine',
        value: 'unknown',
        message: expect.stringContaining('fast, strong'),
      }),
    );
  });

  it('rejects `ready` and every request with what kept an engine from opening', async () => {
    const driver = new FakeDriver();
    driver.open = () => Promise.reject(new TypeError('no such model'));
    const runtime = createRuntime({ engines: driver, clock: new ManualClock() });
    await expect(runtime.ready).rejects.toThrow('no such model');
    const { fetch } = runtime.client();
    await expect(fetch('http://fake.invalid/v1/models')).rejects.toThrow('no such model');
    expect(await runtime.close()).toBeUndefined();
  });

  it('lets requests wait until the engine is open', async () => {
    const opened = Promise.withResolvers<void>();
    class SlowDriver extends FakeDriver {
      override async open(
        ...args: Parameters<EngineDriver['open']>
      ): ReturnType<EngineDriver['open']> {
        await opened.promise;
        return super.open(...args);
      }
    }
    const driver = new SlowDriver();
    const runtime = createRuntime({ engines: driver, clock: new ManualClock() });
    const { baseURL, fetch } = runtime.client();
    const body = JSON.stringify(chat('triage', 's', ['hello']));
    const asked = fetch(`${baseURL}/chat/completions`, { method: 'POST', body });
    await new Promise((resolve) => setImmediate(resolve));
    expect(driver.requests).toStrictEqual([]);
    opened.resolve();
    expect((await asked).status).toBe(200);
    await runtime.close();
  });

  it('closes once, cancels what runs, forgets texts, and then says that it is closed', async () => {
    const setting = await openSetting({
      driver: new FakeDriver({ slots: 1 }),
      policies: [tinySage(follows)],
    });
    const { runtime, driver, ask, events } = setting;
    await prefetchInGap(setting);
    expect(runtime.close()).toBe(runtime.close());
    await runtime.close();
    expect(events.findLast(({ type }) => type === 'intent-settle')).toMatchObject({
      outcome: { state: 'cancelled' },
    });
    await expect(ask(chat('triage', 's', ['hello']))).rejects.toMatchObject({
      code: 'runtime-closed',
    });
    expect(driver.tickets).toHaveLength(1);
  });
});

/** Shows what a driver could warm. */
class WarmableDriver extends FakeDriver {
  host: EngineHost | undefined;

  override open(host: EngineHost): ReturnType<EngineDriver['open']> {
    this.host = host;
    return super.open(host);
  }

  /** Can the session's newest prompt be written out again? */
  warmable(): boolean {
    const prefix = this.requests.at(-1)?.draft?.prefixes.at(-1);
    return prefix !== undefined && this.host?.materialise(prefix) !== undefined;
  }
}

describe('sessions', () => {
  it('are closed when told: the event is said once, and their text is gone', async () => {
    const driver = new WarmableDriver();
    const { runtime, ask, events } = await openSetting({ driver });
    await ask(chat('triage', 's', ['hello']));
    expect(driver.warmable()).toBe(true);
    runtime.closeSession('s');
    expect(driver.warmable()).toBe(false);
    runtime.closeSession('s');
    runtime.closeSession('never seen');
    expect(events.filter(({ type }) => type === 'session-close')).toMatchObject([
      { session: 's', workload: 'workload', why: 'told' },
    ]);
  });

  it('are closed as idle once they are paused for longer than returns take', async () => {
    const { runtime, clock, events } = await openSetting();
    const make = buildEvents({ clock, ids: countingIds() });
    runtime.observe(make.call('s', 'triage').start);
    runtime.observe(make.pause('s'));
    clock.advanceBy(30 * 60_000);
    expect(typesOf(events)).not.toContain('session-close');
    clock.advanceBy(400);
    expect(events.at(-1)).toMatchObject({ type: 'session-close', session: 's', why: 'idle' });
  });
});

describe('report', () => {
  it('counts calls, policies and budget from the start, as plain JSON', async () => {
    const { runtime, ask } = await openSetting({ policies: [tinySage(follows)] });
    await ask(chat('triage', 's', ['hello']));
    await ask({ model: 'm', messages: [{ role: 'user', content: 'nobody' }] });
    const report = runtime.report();
    expect(report).toMatchObject({
      managedCalls: 1,
      unmanagedCalls: 1,
      policies: [
        { name: 'listener', mode: 'on', faults: 0, switchedOff: false },
        { name: 'tiny-sage', mode: 'on' },
      ],
      warnings: [],
      endpoints: { fake: { budgetMs: 1_000 } },
    });
    expect(report.stateBytes).toBeGreaterThan(0);
    expect(JSON.parse(JSON.stringify(report))).toStrictEqual(report);
  });
});
