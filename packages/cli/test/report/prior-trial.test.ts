import type { RuntimeEvent, RuntimeRecord, Topology } from '@entresol/runtime-core';
import { buildEvents, countingIds, ManualClock } from '@entresol/runtime-core/testing';
import { describe, expect, test } from 'vitest';
import { replayPriors, trialSessions } from '../../src/report/prior-trial.ts';

const agents = ['triage', 'orders', 'billing', 'returns', 'reply'];
const topology: Topology = {
  agents,
  edges: [
    { from: 'START', to: 'triage', kind: 'static' },
    { from: 'triage', to: 'orders', kind: 'static' },
    { from: 'orders', to: 'billing', kind: 'static' },
    { from: 'billing', to: 'returns', kind: 'static' },
    { from: 'returns', to: 'reply', kind: 'static' },
    { from: 'reply', to: 'END', kind: 'static' },
  ],
  unknownTargets: [],
};

const record = (event: RuntimeEvent): RuntimeRecord => ({ kind: 'event', event });

/** Sessions one after the other, each along `path`. */
function recording(paths: readonly (readonly string[])[], declare = true): RuntimeRecord[] {
  const clock = new ManualClock();
  const events = buildEvents({ clock, ids: countingIds() });
  const records: RuntimeRecord[] = [];
  if (declare) {
    records.push(
      record({ type: 'topology-declare', topology, atMs: clock.now(), workload: 'workload' }),
    );
  }
  paths.forEach((path, i) => {
    const session = `s${i}`;
    records.push(record(events.start(session)));
    for (const agent of path) {
      const call = events.call(session, agent);
      records.push(record(call.start));
      clock.advanceBy(100);
      records.push(record(call.end()));
    }
    records.push(record(events.close(session)));
  });
  return records;
}

describe('predictions of the first sessions from the same events', () => {
  const along = Array.from({ length: trialSessions }, () => agents);
  const trial = replayPriors(recording(along), { seed: 7 });

  test('every prior resolves the same forecasts', () => {
    expect(trial.declared.resolved).toBe(trialSessions * agents.length);
    expect(trial.none.resolved).toBe(trial.declared.resolved);
    expect(trial.shuffled.resolved).toBe(trial.declared.resolved);
  });

  test('a graph that is followed predicts best, one with its agents mixed up is worst in the first session', () => {
    expect(trial.declared.top1).toBe(1);
    expect(trial.declared.brier).toBeLessThan(trial.none.brier ?? Number.NaN);
    const first = replayPriors(recording([agents]), { seed: 7 });
    expect(first.shuffled.top1).toBeLessThan(first.declared.top1 ?? Number.NaN);
    expect(first.shuffled.brier).toBeGreaterThan(first.none.brier ?? Number.NaN);
  });

  test('later sessions change nothing', () => {
    const later = recording([...along, ['reply', 'triage', 'reply'], ['billing']]);
    expect(replayPriors(later, { seed: 7 })).toEqual(trial);
  });

  test('decisions in the recording are no events', () => {
    const [first, ...rest] = recording(along);
    const decision: RuntimeRecord = {
      kind: 'decision',
      decision: { type: 'rank', atMs: 0, candidates: [], answers: [], order: [] },
    };
    const records = first === undefined ? rest : [first, decision, ...rest];
    expect(replayPriors(records, { seed: 7 })).toEqual(trial);
  });
});

test('a recording without a declared graph or without sessions is refused', () => {
  expect(() => replayPriors(recording([agents], false), { seed: 7 })).toThrow(/declares no graph/u);
  expect(() => replayPriors(recording([]), { seed: 7 })).toThrow(/no session/u);
});
