import { describe, expect, it } from 'vitest';
import { EffectLedger } from '../src/effect-ledger.ts';
import type { RuntimeEvent } from '../src/index.ts';
import { PolicyTrial } from '../src/policy-trial.ts';
import { ManualClock, seededRandom } from '../src/testing/index.ts';
import { policyOf, prefixOf } from './support/setting.ts';

const runs = 300;
const blockMs = 1_000;

/** Normal, by Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/**
 * Load that comes and goes: a session is as slow as those before it, and its waits are skewed.
 * @yields the wait of the next session, ms
 */
function* waits(random: () => number, memory: number, skew: number): Generator<number, never> {
  let load = normal(random);
  for (;;) {
    load = memory * load + Math.sqrt(1 - memory ** 2) * normal(random);
    yield 100 * Math.exp(skew * (load + 0.7 * normal(random)));
  }
}

interface Trial {
  readonly by: 'holdout' | 'switchback';
  readonly units: number;
  readonly memory: number;
  readonly skew: number;
  /** What the policy makes of a wait; 1 = nothing. */
  readonly factor: number;
}

/** Share of intervals that hold the true difference, of those that there are. */
function coverage({ by, units, memory, skew, factor }: Trial): number {
  const random = seededRandom(23);
  const policy = policyOf({
    name: 'p',
    mode: 'on',
    interference: by === 'holdout' ? 'none' : 'endpoint',
  });
  // Mean of a log-normal whose logarithm has variance skew² (1 + 0.7²).
  const truth = (factor - 1) * 100 * Math.exp((skew ** 2 * 1.49) / 2);
  const prefixes = [prefixOf('p')];
  let [said, held] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const clock = new ManualClock();
    const trial = new PolicyTrial(clock, { holdout: 0.1, blockMs }, random);
    const ledger = new EffectLedger(trial, [policy], { actsAt: () => true });
    const wait = waits(random, memory, skew);
    for (let n = 0; n < units; n++) {
      if (by === 'switchback') clock.advanceBy((n + 0.6) * blockMs - clock.now());
      const session = `s${n}`;
      const acts =
        by === 'holdout' ? trial.actsInSession(policy, session) : trial.actsInBlock(policy, n);
      const of = { workload: 'w', session, call: session, dispatch: 'd', agent: 'a' };
      const ms = wait.next().value * (acts ? factor : 1);
      const events: readonly RuntimeEvent[] = [
        { type: 'call-start', atMs: 0, ...of, prefixes, attempt: 1 },
        { type: 'call-end', atMs: ms, ...of },
        { type: 'session-close', atMs: ms, workload: 'w', session, why: 'told' },
      ];
      for (const event of events) ledger.observe(event);
    }
    const measured = ledger.of('p');
    const effects = measured.by === 'nothing' ? [] : measured.effects;
    const ttft = effects.find(({ metric }) => metric === 'ttft-ms');
    if (ttft?.low === undefined || ttft.high === undefined) continue;
    said += 1;
    if (ttft.low <= truth && truth <= ttft.high) held += 1;
  }
  expect(said).toBeGreaterThan(runs / 2);
  return held / said;
}

describe('an interval of 95 %', () => {
  const trials: readonly Trial[] = [
    // Nothing to find: a policy that does nothing.
    { by: 'holdout', units: 100, memory: 0.9, skew: 0.3, factor: 1 },
    { by: 'holdout', units: 100, memory: 0.9, skew: 1, factor: 1 },
    { by: 'holdout', units: 400, memory: 0.98, skew: 0.7, factor: 1 },
    { by: 'switchback', units: 16, memory: 0, skew: 0.5, factor: 1 },
    { by: 'switchback', units: 16, memory: 0.9, skew: 0.5, factor: 1 },
    { by: 'switchback', units: 60, memory: 0.5, skew: 1, factor: 1 },
    // Something to find, which makes the rarer arm the wilder one.
    { by: 'holdout', units: 100, memory: 0.9, skew: 1, factor: 0.7 },
    { by: 'holdout', units: 400, memory: 0.9, skew: 0.7, factor: 0.7 },
    { by: 'switchback', units: 60, memory: 0.9, skew: 0.5, factor: 1.3 },
  ];
  it.each(trials)(
    'holds the truth in 90 of 100 trials or more: $by, $units units, memory $memory, skew $skew, factor $factor',
    (trial) => {
      expect(coverage(trial)).toBeGreaterThanOrEqual(0.9);
    },
    60_000,
  );
});
