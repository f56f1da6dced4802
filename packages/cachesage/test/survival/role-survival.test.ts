import { cacheSage } from '@entresol/cachesage';
import { describe, expect, it } from 'vitest';
import { EventLog, own, role } from '../event-log.ts';

/** Sessions of `plan` and `write` in turn; `write` has one role prefix per task. */
function lived(sessions = 10): EventLog {
  const log = new EventLog(cacheSage());
  for (let i = 0; i < sessions; i++) {
    task(log, `s${i}`, i % 2 === 0 ? 'red' : 'blue');
    log.close(`s${i}`);
  }
  return log;
}

const roleOf = (variant: string) => role('write', 400, `role-write-${variant}`);

/** plan -> write -> plan -> write; leaves the session open. */
function task(log: EventLog, session: string, variant: string, rounds = 2): void {
  let previous: string | undefined;
  for (let round = 0; round < rounds; round++) {
    const plan = log.call(session, 'plan', `${session}-p${round}`, previous, 200);
    log.wait(100);
    previous = `${session}-w${round}`;
    log.start(session, 'write', previous, {
      previous: plan,
      prefixes: [roleOf(variant), own(session, 'write', 500, `prompt-${previous}`)],
    });
    log.wait(200);
    log.end(session, 'write', previous);
    log.wait(100);
  }
}

describe('worth of a role prefix', () => {
  it('rises with every more live session that will come to its agent', () => {
    const log = lived();
    let before = log.worth(roleOf('red'), 2000);
    for (const session of ['x', 'y', 'z']) {
      log.start(session, 'plan', `${session}-p0`);
      const now = log.worth(roleOf('red'), 2000);
      expect(now?.reuse).toBeGreaterThan(before?.reuse ?? 0);
      expect(now?.keep).toBeGreaterThan(before?.keep ?? 0);
      before = now;
    }
    expect(before?.reuse).toBeLessThanOrEqual(1);
  });

  it('goes to the variant that live sessions use, not to its agent as such', () => {
    const log = lived();
    task(log, 'live', 'red', 1);
    const red = log.worth(roleOf('red'), 5000);
    const blue = log.worth(roleOf('blue'), 5000);
    expect(red?.reuse).toBeGreaterThan(0.8);
    expect(red?.keep).toBeGreaterThan(2 * (blue?.keep ?? 0));
  });

  it('splits a session that has not come to the agent by the shares of its variants', () => {
    const log = lived(20);
    task(log, 'r1', 'red');
    log.close('r1');
    log.call('live', 'plan', 'live-p', undefined, 200);
    const red = log.worth(roleOf('red'), 5000)?.reuse ?? 0;
    const blue = log.worth(roleOf('blue'), 5000)?.reuse ?? 0;
    expect(red).toBeGreaterThan(blue);
    expect(blue).toBeGreaterThan(0.3);
  });

  it('lives on arrivals alone when no session is live, and fades in silence', () => {
    const log = lived();
    const soon = log.worth(role('plan'), 2000);
    expect(soon?.reuse).toBeGreaterThan(0.5);
    log.wait(3_600_000);
    expect(log.worth(role('plan'), 2000)?.reuse).toBeLessThan(0.05);
  });

  it('saves its whole computation', () => {
    const log = lived();
    // Linear cost of the log: 1 ms a token.
    expect(log.worth(roleOf('red'))?.gainMs).toBe(400);
  });
});

/** Sessions of one or two turns; the newest, `s`, has just finished its first. */
function turns(returning: boolean): EventLog {
  const log = new EventLog(cacheSage());
  for (let i = 0; i < 12; i++) {
    const session = `s${i}`;
    log.chain(session, ['a', 'b']);
    log.pause(session);
    if (returning) {
      log.wait(30_000);
      log.chain(session, ['a', 'b']);
      log.pause(session);
    }
    log.wait(60_000);
    log.close(session);
  }
  log.call('s', 'a', 'c1');
  log.call('s', 'b', 'c2', 'c1');
  log.pause('s');
  return log;
}

describe('a paused session', () => {
  const first = own('s', 'a', 200, 'prompt-c1');

  it('is worth more where sessions were seen to return', () => {
    const returning = turns(true);
    const leaving = turns(false);
    returning.wait(5000);
    leaving.wait(5000);
    const kept = returning.worth(first, 60_000);
    expect(kept?.reuse).toBeGreaterThan(0.6);
    expect(kept?.reuse).toBeGreaterThan(3 * (leaving.worth(first, 60_000)?.reuse ?? 1));
  });

  it('loses its chance of return as it stays away longer than those that returned', () => {
    const log = turns(true);
    const gone = (): number =>
      log.policy.predict
        .nextAgent({ session: 's' }, log.context)
        .find(({ agent }) => agent === 'END')?.probability ?? 0;
    log.wait(5000);
    const soon = log.worth(first, 60_000)?.reuse ?? 0;
    const goneSoon = gone();
    log.wait(3_600_000);
    expect(log.worth(first, 60_000)?.reuse).toBeLessThan(soon / 5);
    // Nearly all returned from a first pause, so an hour says much and not everything.
    expect(gone()).toBeGreaterThan(5 * goneSoon);
  });

  it('re-enters the graph where sessions start, and is an ordinary branch again', () => {
    const log = turns(true);
    log.wait(30_000);
    const [back] = log.policy.predict.nextAgent({ session: 's' }, log.context);
    expect(back).toMatchObject({ agent: 'a' });
    log.call('s', 'a', 'c3', 'c2');
    const [next] = log.policy.predict.nextAgent({ session: 's' }, log.context);
    expect(next).toMatchObject({ agent: 'b' });
    // Counted after PAUSE: nobody ever went from b to a.
    expect(log.policy.transitionRow('app', 'b')['a']).toBeLessThan(0.1);
    expect(log.policy.transitionRow('app', 'PAUSE')['a']).toBeGreaterThan(0.4);
  });

  it('keeps prompts of earlier agents worth something before the pause, for the turn after it', () => {
    const log = turns(true);
    log.wait(1000);
    log.call('t', 'a', 'd1');
    log.call('t', 'b', 'd2', 'd1');
    expect(log.worth(own('t', 'a', 200, 'prompt-d1'), 120_000)?.reuse).toBeGreaterThan(0.3);
  });
});
