import { cacheSage } from '@entresol/cachesage';
import { describe, expect, it } from 'vitest';
import { EventLog, own, role } from './event-log.ts';

const graph = {
  agents: ['triage', 'search', 'write'],
  edges: [
    { from: 'START', to: 'triage', kind: 'static' },
    { from: 'triage', to: 'search', kind: 'branch', weight: 3 },
    { from: 'triage', to: 'write', kind: 'branch' },
    { from: 'search', to: 'write', kind: 'static' },
    { from: 'write', to: 'END', kind: 'static' },
  ],
  unknownTargets: [],
} as const;

/** Eight sessions of two agents in turn were seen to their end. */
function lived(): EventLog {
  const log = new EventLog(cacheSage());
  for (let i = 0; i < 8; i++) {
    log.chain(`s${i}`, ['a', 'b', 'a', 'b']);
    log.close(`s${i}`);
  }
  return log;
}

describe('before anything was learned', () => {
  it('predicts declared edges by weight in the first session', () => {
    const log = new EventLog(cacheSage());
    log.declare(graph);
    log.call('s', 'triage', 'c1');
    const [first, second] = log.policy.predict.nextAgent({ session: 's' }, log.context);
    // 0.95 of the mass by weight 3 : 1, and 0.05 evenly over three agents and END.
    expect(first).toMatchObject({ agent: 'search' });
    expect(first?.probability).toBeCloseTo(0.95 * 0.75 + 0.05 / 4, 9);
    expect(second).toMatchObject({ agent: 'write' });
    expect(second?.probability).toBeCloseTo(0.95 * 0.25 + 0.05 / 4, 9);
  });

  it('has no opinion on a role prefix that it never saw', () => {
    const log = new EventLog(cacheSage());
    expect(log.worth(role('triage'))).toBeUndefined();
  });
});

describe('worth of session prefixes', () => {
  it('is 0 once a newer prompt of the agent supersedes it', () => {
    const log = lived();
    log.call('s', 'a', 'c1');
    const older = own('s', 'a', 200, 'prompt-c1');
    expect(log.worth(older)?.keep).toBeGreaterThan(0);
    log.call('s', 'a', 'c2', log.call('s', 'b', 'c3', 'c1'));
    expect(log.worth(older)).toEqual({ reuse: 0, gainMs: 0, keep: 0 });
    expect(log.worth(own('s', 'a', 200, 'prompt-c2'))?.keep).toBeGreaterThan(0);
  });

  it('stays when the newer prompt contains the older one', () => {
    const log = lived();
    log.call('s', 'a', 'c1');
    log.call('s', 'b', 'c2', 'c1');
    const older = own('s', 'a', 200, 'prompt-c1');
    log.start('s', 'a', 'c3', {
      previous: 'c2',
      prefixes: [role('a'), older, own('s', 'a', 300, 'prompt-c3')],
    });
    log.end('s', 'a', 'c3');
    expect(log.worth(older)?.keep).toBeGreaterThan(0);
  });

  it('is highest while a queued call is about to use it, and 0 once that call has its first token', () => {
    const log = lived();
    log.call('s', 'a', 'c1');
    const older = own('s', 'a', 200, 'prompt-c1');
    const idle = log.worth(older)?.keep ?? Number.NaN;
    log.start('s', 'a', 'c2', { previous: log.call('s', 'b', 'c3', 'c1') });
    const awaited = log.worth(older);
    expect(awaited?.reuse).toBe(1);
    expect(awaited?.keep).toBeGreaterThan(idle);
    log.say({
      type: 'call-first-token',
      atMs: log.nowMs,
      workload: 'app',
      session: 's',
      call: 'c2',
      dispatch: 'd-c2',
      agent: 'a',
    });
    expect(log.worth(older)).toEqual({ reuse: 0, gainMs: 0, keep: 0 });
  });

  it('is 0 after the session closed', () => {
    const log = lived();
    log.call('s', 'a', 'c1');
    log.close('s');
    expect(log.worth(own('s', 'a', 200, 'prompt-c1'))).toEqual({ reuse: 0, gainMs: 0, keep: 0 });
  });

  it('keeps the prompts of all open branches of a fan-out to one agent', () => {
    const log = lived();
    log.call('s', 'a', 'c0');
    for (const call of ['c1', 'c2', 'c3']) log.start('s', 'b', call, { previous: 'c0' });
    for (const call of ['c1', 'c2', 'c3']) {
      log.end('s', 'b', call);
      expect(log.worth(own('s', 'b', 200, `prompt-${call}`))?.keep).toBeGreaterThan(0);
    }
  });

  it('falls below that of a fresh session as the wait outlasts known gaps', () => {
    const log = lived();
    log.call('old', 'a', 'c1');
    log.wait(120_000);
    log.call('new', 'a', 'c2');
    const old = log.worth(own('old', 'a', 200, 'prompt-c1'));
    const fresh = log.worth(own('new', 'a', 200, 'prompt-c2'));
    expect(old?.keep).toBeLessThan((fresh?.keep ?? 0) / 2);
    expect(old?.reuse).toBeLessThan(fresh?.reuse ?? 0);
  });
});
