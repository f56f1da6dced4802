import { cacheSage } from '@entresol/cachesage';
import type { CacheSageOptions } from '@entresol/cachesage';
import type { BackgroundOccasion, Intent, Residency } from '@entresol/runtime-core';
import { describe, expect, it } from 'vitest';
import { planPrefetch } from '../../src/prefetch/planner.ts';
import type { PrefetchCandidate } from '../../src/prefetch/planner.ts';
import { EventLog, linearCost, own, role } from '../event-log.ts';

const absent: ReturnType<Residency['of']> = { tokens: 0, truth: 'own' };

function candidate(overrides: Partial<PrefetchCandidate> = {}): PrefetchCandidate {
  const prefix = role('b', 100);
  return {
    agent: 'b',
    probability: 0.6,
    prefix,
    residency: absent,
    cost: linearCost,
    ...overrides,
  };
}

/** Wholly in host memory. */
function held(tokens: number): PrefetchCandidate {
  return candidate({
    prefix: role('b', tokens),
    residency: { tokens, tier: 'host', truth: 'own' },
  });
}

describe('planPrefetch', () => {
  it('takes the candidate with the best expected saving', () => {
    const short = candidate();
    const long = candidate({ agent: 'c', probability: 0.4, prefix: role('c', 1000) });
    expect(planPrefetch([short, long])?.candidate).toBe(long);
    // 0.4 × 1000 ms saved, 0.6 × 1000 ms wasted at a quarter of the price.
    expect(planPrefetch([short, long])?.expectedMs).toBeCloseTo(400 - 150, 9);
  });

  it('leaves an agent that is not likely enough', () => {
    expect(planPrefetch([candidate({ probability: 0.29 })])).toBeUndefined();
    expect(planPrefetch([candidate({ probability: 0.29 })], { minProbability: 0.2 })).toBeDefined();
  });

  it('counts only the part of a prompt that comes again', () => {
    expect(planPrefetch([candidate({ amount: 0.5 })])?.expectedMs).toBeCloseTo(30 - 17.5, 9);
    expect(planPrefetch([candidate({ amount: 0.1 })])).toBeUndefined();
  });

  it('leaves what is on the device', () => {
    const residency = { tokens: 100, tier: 'device', truth: 'own' } as const;
    expect(planPrefetch([candidate({ residency })])).toBeUndefined();
  });

  it('plans only the missing tail of what is partly on the device', () => {
    const residency = { tokens: 60, tier: 'device', truth: 'own' } as const;
    expect(planPrefetch([candidate({ residency, probability: 1 })])?.expectedMs).toBe(40);
  });

  it('leaves a cheap reload from a lower tier to the call itself', () => {
    // 40 tokens load in 4 ms, under the 5 ms that are worth an act; 100 tokens in 10 ms are not.
    expect(planPrefetch([held(40)])).toBeUndefined();
    expect(planPrefetch([held(100)])).toBeDefined();
  });

  it('weighs waste by the price of idle time', () => {
    // 0.4 × 100 < 0.6 × 100 × 1
    expect(planPrefetch([candidate({ probability: 0.4 })], { idlePrice: 1 })).toBeUndefined();
  });
});

/** a -> b with a tool between; half of the sessions come back for another run. */
function pipeline(options: CacheSageOptions = {}): EventLog {
  const log = new EventLog(cacheSage(options));
  for (let i = 0; i < 20; i++) {
    log.chain(`s${i}`, ['a', 'b'], 2000);
    log.pause(`s${i}`);
    log.wait(20_000);
    if (i % 2 === 0) log.chain(`s${i}`, ['a', 'b'], 2000);
    log.close(`s${i}`);
  }
  log.nextPrefix = (agent, session) => own(session, agent, 300, `next-${session}-${agent}`);
  return log;
}

function during(log: EventLog, occasion: BackgroundOccasion): readonly Intent[] {
  return log.policy.act.background(occasion, log.context);
}

describe('prefetch in a gap', () => {
  it('asks for the prompt of the agent that comes after the tool, by the median gap', () => {
    const log = pipeline();
    log.call('s', 'a', 'c1');
    log.tool('s', 'd-c1');
    const [intent, ...more] = during(log, {
      type: 'gap',
      session: 's',
      why: 'tool',
      after: 'c1',
    });
    expect(more).toEqual([]);
    expect(intent).toMatchObject({ kind: 'prefetch', session: 's', prefix: { id: 'next-s-b' } });
    if (intent?.kind !== 'prefetch') throw new TypeError('not a prefetch');
    expect(intent.probability).toBeGreaterThan(0.8);
    expect(intent.deadlineMs).toBeGreaterThan(log.nowMs);
    expect(intent.deadlineMs).toBeLessThan(log.nowMs + 10_000);
  });

  it('has at most one in flight per session, until the engine stored it', () => {
    const log = pipeline();
    log.call('s', 'a', 'c1');
    const gap = { type: 'gap', session: 's', why: 'tool', after: 'c1' } as const;
    const [intent] = during(log, gap);
    expect(during(log, gap)).toEqual([]);
    expect(during(log, { type: 'tick' })).toEqual([]);
    if (intent?.kind !== 'prefetch') throw new TypeError('not a prefetch');
    const { prefix } = intent;
    log.say({ type: 'engine-store', prefix, tier: 'device', atMs: log.nowMs, workload: 'app' });
    expect(during(log, gap)).toHaveLength(1);
  });

  it('asks for nothing while a call decodes, after a close, or for a session never heard of', () => {
    const log = pipeline();
    log.start('s', 'a', 'c1');
    expect(during(log, { type: 'gap', session: 's', why: 'decode', after: 'c1' })).toEqual([]);
    expect(during(log, { type: 'tick' })).toEqual([]);
    log.close('s');
    expect(during(log, { type: 'session-close', session: 's' })).toEqual([]);
    expect(during(log, { type: 'session-pause', session: 'nobody' })).toEqual([]);
  });

  it('over a pause weighs the whole next run by the chance of return', () => {
    const log = pipeline();
    log.call('s', 'a', 'c1');
    log.call('s', 'b', 'c2', 'c1');
    log.pause('s');
    log.nextPrefix = (agent, session) =>
      agent === 'b' ? own(session, agent, 300, 'next-b') : undefined;
    const [intent] = during(log, { type: 'session-pause', session: 's' });
    // b is never the first of a run, and surely its second.
    expect(intent).toMatchObject({ kind: 'prefetch', prefix: { id: 'next-b' } });
    log.wait(24 * 3_600_000);
    expect(during(log, { type: 'tick' })).toEqual([]);
  });

  it('asks for nothing when it is off, and values prefixes all the same', () => {
    const [off, on] = [pipeline({ prefetch: 'off' }), pipeline()];
    for (const log of [off, on]) log.call('s', 'a', 'c1');
    const gap = { type: 'gap', session: 's', why: 'tool', after: 'c1' } as const;
    expect(during(off, gap)).toEqual([]);
    expect(during(on, gap)).toHaveLength(1);
    const prompt = own('s', 'a', 200, 'prompt-c1');
    expect(off.worth(prompt)?.keep).toBeGreaterThan(0);
    expect(off.worth(prompt)).toEqual(on.worth(prompt));
  });

  it('serves every waiting session at a tick', () => {
    const log = pipeline();
    log.call('s', 'a', 'c1');
    log.call('t', 'a', 'c2');
    const sessions = during(log, { type: 'tick' }).map(
      (intent) => 'session' in intent && intent.session,
    );
    expect(sessions).toEqual(['s', 't']);
  });
});
