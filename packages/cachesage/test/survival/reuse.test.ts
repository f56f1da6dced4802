import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cacheSage } from '@entresol/cachesage';
import { EventLog, own, role } from '../event-log.ts';

const reuse = (log: EventLog, prefix: ReturnType<typeof role>, withinMs: number) =>
  log.policy.predict.reuse(prefix, withinMs, log.context);

/** Sessions that go from triage to billing and back, half a second a call, and then pause. */
function trained(sessions: number): EventLog {
  const log = new EventLog(cacheSage());
  for (let at = 0; at < sessions; at++) {
    log.chain(`s${at}`, ['triage', 'billing', 'triage', 'billing']);
    log.pause(`s${at}`);
    log.close(`s${at}`);
    log.wait(60_000);
  }
  return log;
}

describe('predict.reuse', () => {
  it('does not count the call that is under way with the prefix', () => {
    const log = trained(20);
    log.start('live', 'triage', 'c1');
    const billing = role('billing');
    const triage = role('triage');
    // It is being used; whether it is used again is another question.
    expect(log.worth(triage)?.reuse).toBe(1);
    expect(reuse(log, triage, 100)).toBeLessThan(0.2);
    expect(reuse(log, billing, 10_000)).toBeGreaterThan(0.5);
  });

  it('is 0 for a session that will not come back, and unknown for a role that was never seen', () => {
    const log = trained(3);
    log.chain('gone', ['triage']);
    log.close('gone');
    expect(reuse(log, own('gone', 'triage', 200, 'prompt-x'), 60_000)).toBe(0);
    expect(reuse(log, role('stranger'), 60_000)).toBeUndefined();
  });

  it('is a probability that never falls as the time grows', () => {
    const log = trained(8);
    log.start('live', 'triage', 'c1');
    fc.assert(
      fc.property(
        fc.nat({ max: 4_000_000 }),
        fc.nat({ max: 4_000_000 }),
        fc.constantFrom(role('triage'), role('billing'), own('live', 'triage', 200, 'prompt-c1')),
        (a, b, prefix) => {
          const sooner = reuse(log, prefix, Math.min(a, b)) ?? 0;
          const later = reuse(log, prefix, Math.max(a, b)) ?? 0;
          expect(sooner).toBeGreaterThanOrEqual(0);
          expect(later).toBeLessThanOrEqual(1);
          expect(later).toBeGreaterThanOrEqual(sooner - 1e-9);
        },
      ),
    );
  });
});
