import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SessionRecords } from '../../src/adapter/session-records.ts';

describe('session records', () => {
  it('forget the least recently used session at rest, never one that runs', () => {
    const records = new SessionRecords(2, () => ({ active: 0, last: undefined }));
    records.enter('running');
    records.enter('old').record.active -= 1;
    records.enter('new').record.active -= 1;
    expect(records.get('running')).toBeDefined();
    expect(records.get('old')).toBeUndefined();
    expect(records.get('new')).toBeDefined();
    expect(records.enter('old').isNew).toBe(true);
  });

  it('are no more than the limit and the sessions that run', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(9), fc.boolean()), { maxLength: 60 }),
        fc.integer({ min: 1, max: 5 }),
        (runs, limit) => {
          const records = new SessionRecords(limit, () => ({ active: 0, last: undefined }));
          const running = new Set<string>();
          for (const [number, ends] of runs) {
            const session = `s${number}`;
            const { record } = records.enter(session);
            if (ends) record.active -= 1;
            else running.add(session);
            expect(records.size).toBeLessThanOrEqual(limit + running.size);
            for (const id of running) expect(records.get(id)).toBeDefined();
          }
        },
      ),
      { seed: 7 },
    );
  });
});
