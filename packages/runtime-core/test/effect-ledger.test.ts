import { onTestFinished, describe, expect, it } from 'vitest';
import { createRuntime } from '../src/index.ts';
import type {
  LedgerEntry,
  MeasuredEffect,
  Policy,
  Runtime,
  RuntimeEvent,
  RuntimeOptions,
} from '../src/index.ts';
import { FakeDriver, ManualClock } from '../src/testing/index.ts';
import { memoryStore } from './support/memory-store.ts';
import { blockMs, key, probe } from './support/probe.ts';
import { policyOf, prefixOf } from './support/setting.ts';

const at = { workload: 'w', session: 's', dispatch: 'd', agent: 'a' };

async function opened(
  policy: Policy,
  changes: Partial<RuntimeOptions> = {},
): Promise<{
  readonly runtime: Runtime;
  readonly clock: ManualClock;
  readonly state: ReturnType<typeof memoryStore>;
}> {
  const clock = new ManualClock();
  const state = memoryStore();
  const runtime = createRuntime({
    engines: new FakeDriver(),
    clock,
    state,
    random: key,
    policies: [policy],
    trial: { holdout: 0.5, blockMs },
    ...changes,
  });
  onTestFinished(() => runtime.close());
  await runtime.ready;
  return { runtime, clock, state };
}

const unmeasured = (why: string): readonly LedgerEntry[] => [
  { policy: 'p', mode: 'shadow', measured: { by: 'nothing', why }, modelled: [] },
];

function effectsOf(entry: LedgerEntry | undefined): readonly MeasuredEffect[] {
  return entry === undefined || entry.measured.by === 'nothing' ? [] : entry.measured.effects;
}

/** One call that took `ttftMs` and read `cacheRead` of 100 tokens. */
function call(
  runtime: Runtime,
  clock: ManualClock,
  session: string,
  {
    ttftMs,
    cacheRead,
    endpoint = 'fake',
  }: { readonly ttftMs: number; readonly cacheRead: number; readonly endpoint?: string },
): void {
  const of = { ...at, session, call: `${session}-${clock.now()}` };
  const say = (event: RuntimeEvent): void => runtime.observe(event);
  const prefixes = [prefixOf('p', { scope: { endpoint, model: 'm', namespace: '' } })];
  say({ type: 'call-start', atMs: clock.now(), ...of, prefixes, attempt: 1 });
  clock.advanceBy(ttftMs);
  say({ type: 'call-first-token', atMs: clock.now(), ...of });
  const usage = { input: 100, cacheRead, output: 5 };
  say({ type: 'call-end', atMs: clock.now(), ...of, usage });
}

describe('ledger', () => {
  it('says a gain and a loss as what they are, by sessions that were left alone', async () => {
    const { policy, trial } = probe('none');
    const { runtime, clock } = await opened(policy);
    for (let n = 0; n < 60; n++) {
      const acts = trial.actsInSession(policy, `s${n}`);
      // More hits, and slower answers.
      const noise = n % 5;
      const met = acts
        ? { cacheRead: 60 + noise, ttftMs: 30 + noise }
        : { cacheRead: 40 + noise, ttftMs: 20 + noise };
      call(runtime, clock, `s${n}`, met);
      runtime.closeSession(`s${n}`);
    }
    const [entry] = runtime.ledger();
    expect(entry).toMatchObject({ policy: 'probe', measured: { by: 'holdout', unit: 'session' } });
    const [hits, ttft] = effectsOf(entry);
    expect(hits).toMatchObject({ metric: 'net-hit-rate', verdict: 'gain' });
    expect(ttft).toMatchObject({ metric: 'ttft-ms', verdict: 'loss' });
    expect(hits?.low).toBeGreaterThan(0.17);
    expect(hits?.high).toBeLessThan(0.23);
    expect((hits?.units.with ?? 0) + (hits?.units.without ?? 0)).toBe(60);
    // One engine and no tools: no word of either.
    expect(entry?.measured).not.toHaveProperty('endpoints');
    expect(effectsOf(entry)).toHaveLength(2);
  });

  it('counts the second half of each block only', async () => {
    const { policy: plain, trial } = probe('endpoint');
    const policy: Policy = { ...plain, score: { prefix: () => undefined } };
    const { runtime, clock } = await opened(policy);
    for (let block = 0; block < 24; block++) {
      const acts = trial.actsInBlock(policy, block);
      // What the block before left in the cache shows in the first half.
      call(runtime, clock, 's', { cacheRead: acts ? 0 : 90, ttftMs: 100 });
      clock.advanceBy(blockMs * 0.6 - 100);
      call(runtime, clock, 's', { cacheRead: (acts ? 60 : 40) + (block % 3), ttftMs: 10 });
      clock.advanceBy(blockMs * 0.4 - 10);
    }
    call(runtime, clock, 's', { cacheRead: 0, ttftMs: 1 });
    const [entry] = runtime.ledger();
    expect(entry).toMatchObject({ measured: { by: 'switchback', unit: 'block' } });
    const [hits, ttft] = effectsOf(entry);
    expect(hits).toMatchObject({ verdict: 'gain', units: { without: 12, with: 12 } });
    expect(hits?.with).toBeCloseTo(0.61, 2);
    expect(hits?.without).toBeCloseTo(0.41, 2);
    expect(ttft).toMatchObject({ verdict: 'open', without: 10, with: 10 });
  });

  it('tells endpoints apart where there are several: a gain on one may be a loss on another', async () => {
    const { policy, trial } = probe('none');
    const engines = {
      fast: new FakeDriver({ endpoint: 'fast' }),
      strong: new FakeDriver({ endpoint: 'strong' }),
    };
    const { runtime, clock } = await opened(policy, { engines });
    for (let n = 0; n < 60; n++) {
      const by = trial.actsInSession(policy, `s${n}`) ? 20 : 0;
      const noise = n % 5;
      call(runtime, clock, `s${n}`, { endpoint: 'fast', cacheRead: 40 + by + noise, ttftMs: 9 });
      call(runtime, clock, `s${n}`, { endpoint: 'strong', cacheRead: 40 - by + noise, ttftMs: 9 });
      runtime.closeSession(`s${n}`);
    }
    const [entry] = runtime.ledger();
    expect(effectsOf(entry)[0]).toMatchObject({ metric: 'net-hit-rate', verdict: 'open' });
    expect(entry?.measured).toMatchObject({
      endpoints: {
        fast: [{ metric: 'net-hit-rate', verdict: 'gain' }, { metric: 'ttft-ms' }],
        strong: [{ metric: 'net-hit-rate', verdict: 'loss' }, { metric: 'ttft-ms' }],
      },
    });
  });

  it('keeps no books of an endpoint on which the policy only watches', async () => {
    const { policy, trial } = probe('none');
    const { mode: _, ...unset } = policy;
    const engines = {
      own: new FakeDriver({ endpoint: 'own' }),
      shared: new FakeDriver({ endpoint: 'shared', capabilities: { exclusive: false } }),
    };
    const { runtime, clock } = await opened(unset, { engines });
    for (let n = 0; n < 40; n++) {
      const acts = trial.actsInSession(policy, `s${n}`);
      const noise = n % 5;
      call(runtime, clock, `s${n}`, {
        endpoint: 'own',
        cacheRead: (acts ? 60 : 40) + noise,
        ttftMs: 9,
      });
      call(runtime, clock, `s${n}`, { endpoint: 'shared', cacheRead: noise * 20, ttftMs: 9 });
      runtime.closeSession(`s${n}`);
    }
    const [entry] = runtime.ledger();
    expect(effectsOf(entry)[0]).toMatchObject({ verdict: 'gain' });
    expect(effectsOf(entry)[0]?.with).toBeCloseTo(0.62, 1);
    expect(entry?.measured).not.toHaveProperty('endpoints');
  });

  it('measures time in tools per call, where tools run', async () => {
    const { policy, trial } = probe('none');
    const { runtime, clock } = await opened(policy);
    for (let n = 0; n < 40; n++) {
      const session = `s${n}`;
      call(runtime, clock, session, { cacheRead: 0, ttftMs: 9 });
      if (!trial.actsInSession(policy, session)) {
        const of = { workload: 'w', session, dispatch: 'd', tool: 'look-up' };
        // Two runs at once, one of which fails.
        runtime.observe({ type: 'tool-start', atMs: clock.now(), ...of });
        runtime.observe({ type: 'tool-start', atMs: clock.now(), ...of });
        clock.advanceBy(30 + (n % 3));
        runtime.observe({ type: 'tool-end', atMs: clock.now(), ...of });
        clock.advanceBy(10);
        runtime.observe({ type: 'tool-fail', atMs: clock.now(), ...of });
      }
      runtime.closeSession(session);
    }
    const effect = effectsOf(runtime.ledger()[0]).find(({ metric }) => metric === 'tool-ms');
    expect(effect).toMatchObject({ verdict: 'gain', with: 0 });
    expect(effect?.without).toBeCloseTo(72, -1);
  });

  it('takes nothing for evidence once nobody acts any more', async () => {
    const { policy } = probe('none');
    const { runtime, clock } = await opened(policy);
    call(runtime, clock, 's1', { cacheRead: 50, ttftMs: 10 });
    runtime.closeSession('s1');
    call(runtime, clock, 's2', { cacheRead: 50, ttftMs: 10 });
    runtime.stopActing();
    runtime.closeSession('s2');
    call(runtime, clock, 's3', { cacheRead: 50, ttftMs: 10 });
    runtime.closeSession('s3');
    const [hits] = effectsOf(runtime.ledger()[0]);
    expect((hits?.units.with ?? 0) + (hits?.units.without ?? 0)).toBe(1);
  });

  it('says how many units are still needed where it cannot tell yet', async () => {
    const { policy } = probe('none');
    const { runtime, clock } = await opened(policy);
    call(runtime, clock, 's1', { cacheRead: 50, ttftMs: 10 });
    runtime.closeSession('s1');
    const [hits] = effectsOf(runtime.ledger()[0]);
    expect(hits).toMatchObject({ verdict: 'open', low: undefined, stillNeeded: 5 });
  });

  it('says why nothing is measured', async () => {
    const shadow = policyOf({ name: 'p', mode: 'shadow' });
    const without = createRuntime({ engines: new FakeDriver(), policies: [shadow] });
    expect(without.ledger()).toStrictEqual(unmeasured('createRuntime({ trial }) is not set'));
    await without.close();
    const { runtime } = await opened(shadow);
    expect(runtime.ledger()).toStrictEqual(unmeasured('it does not act'));
  });
});
