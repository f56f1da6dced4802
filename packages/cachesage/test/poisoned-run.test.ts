import { cacheSage } from '@entresol/cachesage';
import { describe, expect, it } from 'vitest';
import { maxShift } from '../src/markov/weight-allowance.ts';
import { parseModels } from '../src/saved-state.ts';
import { CalibrationTally } from '../src/calibration.ts';
import { EventLog } from './event-log.ts';

/** Sessions of plan, write, check and their end. */
function lived(): EventLog {
  const log = new EventLog(cacheSage());
  for (let i = 0; i < 60; i++) {
    log.chain(`s${i}`, ['plan', 'write', 'check']);
    log.close(`s${i}`);
  }
  return log;
}

function weightsOf({ policy }: EventLog): readonly number[] {
  const saved: unknown = JSON.parse(JSON.stringify(policy.state.save()));
  const [model] = parseModels(saved, new CalibrationTally(), new Set()).values();
  return model?.predictor.weights ?? [];
}

function shiftOf(before: readonly number[], after: readonly number[]): number {
  return Math.max(...after.map((weight, at) => Math.abs(weight - (before[at] ?? 0))));
}

const repeats = 10_000;
/** Weights are saved with four digits. */
const digits = 2e-3;

describe('one session that repeats a false transition ten thousand times', () => {
  const log = lived();
  const before = weightsOf(log);
  const row = log.policy.transitionRow(log.workload, 'plan');
  let last: string | undefined;
  for (let i = 0; i < repeats / 2; i++) last = log.chain('poison', ['plan', 'check'], 10, last);
  const after = weightsOf(log);

  it('moves no back-off weight further than one session may', () => {
    const shift = shiftOf(before, after);
    expect(shift).toBeGreaterThan(0);
    expect(shift).toBeLessThanOrEqual(maxShift + digits);
  });

  it('leaves the others a say in what follows', () => {
    expect(row['write']).toBeGreaterThan(0.9);
    // 60 true counts that it lets decay by at most 64 of its own: half of the row.
    expect(log.policy.transitionRow(log.workload, 'plan')['write']).toBeGreaterThan(0.4);
  });

  it('is outvoted by as many sessions as it took to learn', () => {
    for (let i = 0; i < 60; i++) {
      log.chain(`later${i}`, ['plan', 'write', 'check']);
      log.close(`later${i}`);
    }
    expect(log.policy.transitionRow(log.workload, 'plan')['write']).toBeGreaterThan(0.6);
  });
});

it('one session that pauses ten thousand times does not make pauses of the ends of others', () => {
  const log = lived();
  const before = weightsOf(log);
  const ends = log.policy.transitionRow(log.workload, 'check')['END'] ?? 0;
  for (let i = 0; i < repeats; i++) {
    log.call('poison', 'check', `p${i}`, undefined, 1);
    log.pause('poison');
  }
  expect(shiftOf(before, weightsOf(log))).toBeLessThanOrEqual(maxShift + digits);
  expect(ends).toBeGreaterThan(0.9);
  expect(log.policy.transitionRow(log.workload, 'check')['END']).toBeGreaterThan(0.4);
});
