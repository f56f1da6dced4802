import { cacheSage, estimatorParts } from '@entresol/cachesage';
import type { CacheSageOptions, EstimatorPart } from '@entresol/cachesage';
import { describe, expect, it } from 'vitest';
import { EventLog, own, role } from './event-log.ts';

/** Twenty sessions of `agents`, seen to their end. */
function lived(agents: readonly string[], options: CacheSageOptions): EventLog {
  const log = new EventLog(cacheSage(options));
  for (let i = 0; i < 20; i++) {
    log.chain(`s${i}`, agents);
    log.close(`s${i}`);
  }
  return log;
}

const without = (...parts: readonly EstimatorPart[]): CacheSageOptions => ({ without: parts });

/** Probability that `agent` follows the live session's last call. */
function next(log: EventLog, agent: string): number {
  const said = log.policy.predict.nextAgent({ session: 'live' }, log.context);
  return said.find((each) => each.agent === agent)?.probability ?? 0;
}

/** Twenty sessions of two speakers each, all of other names, and a live one that has just begun. */
function toldOfPairs(options: CacheSageOptions): EventLog {
  const log = new EventLog(cacheSage(options));
  for (let i = 0; i < 20; i++) {
    const pair = [`expert-${i}`, `critic-${i}`];
    log.chain(`s${i}`, [...pair, ...pair, ...pair]);
    log.close(`s${i}`);
  }
  log.chain('live', ['planner', 'tester']);
  return log;
}

function keepOf(log: EventLog, agent: string): number {
  return log.worth(role(agent))?.keep ?? 0;
}

describe('a part that is left out', () => {
  it('must be one of the parts there are', () => {
    // @ts-expect-error: as plain JavaScript may pass it
    const unknown: EstimatorPart = 'luck';
    expect(() => cacheSage(without(unknown))).toThrow(/luck.*call-counts/);
  });

  it('may be any one of them, and all at once', () => {
    for (const part of estimatorParts) expect(() => cacheSage(without(part))).not.toThrow();
    expect(() => cacheSage(without(...estimatorParts))).not.toThrow();
  });

  it('call-counts: rounds of a loop are no longer told apart', () => {
    // After a, b: twice round, then the end.
    const rounds = ['a', 'b', 'a', 'b', 'c'];
    const counting = lived(rounds, {});
    const blind = lived(rounds, without('call-counts'));
    for (const log of [counting, blind]) log.chain('live', ['a', 'b', 'a', 'b']);
    expect(next(counting, 'c')).toBeGreaterThan(0.85);
    expect(next(blind, 'c')).toBeLessThan(0.65);
  });

  it('session-past: who has spoken in a session speaks again, also where every session has names of its own', () => {
    const remembering = toldOfPairs({});
    const blind = toldOfPairs(without('session-past'));
    expect(next(remembering, 'planner')).toBeGreaterThan(0.5);
    expect(next(blind, 'planner')).toBeLessThan(0.1);
    // A role prompt that only a closed session used is worth less than one of the live session.
    expect(keepOf(remembering, 'planner')).toBeGreaterThan(5 * keepOf(remembering, 'expert-3'));
  });

  it('gaps: prefetches are due by when agents like it are called, not by any mean', () => {
    // From a to b in a tenth of a second, from b to a after eight.
    const [timing, blind] = [{}, without('gaps')].map((options) => {
      const log = new EventLog(cacheSage(options));
      let last: string | undefined;
      for (let i = 0; i < 20; i++) {
        last = log.call('live', 'a', `a${i}`, last);
        log.wait(100);
        last = log.call('live', 'b', `b${i}`, last);
        log.wait(8000);
      }
      log.call('live', 'a', 'now', last);
      const said = log.policy.predict.nextAgent({ session: 'live' }, log.context);
      return said.find(({ agent }) => agent === 'b')?.gapMs?.median;
    });
    expect(timing).toBeLessThan(300);
    expect(blind).toBeUndefined();
  });

  it('reuse-amount: every prompt is taken to come again whole', () => {
    const amounts = lived(['a', 'a', 'a'], without('reuse-amount'));
    amounts.call('live', 'a', 'c1');
    const worth = amounts.worth(own('live', 'a', 200, 'prompt-c1'));
    expect(worth?.gainMs).toBeCloseTo(100, 6);
  });

  it('superseded: the older prompt keeps a worth', () => {
    const log = lived(['a', 'b', 'a'], without('superseded'));
    log.chain('live', ['a', 'b', 'a']);
    log.call('other', 'a', 'c1');
    log.call('other', 'b', 'c2', 'c1');
    log.call('other', 'a', 'c3', 'c2');
    expect(log.worth(own('other', 'a', 200, 'prompt-c1'))?.reuse).toBeGreaterThan(0);
  });

  it('session-end: a closed session stays live', () => {
    const log = lived(['a', 'b', 'a', 'b'], without('session-end'));
    log.call('live', 'a', 'c1');
    log.close('live');
    expect(log.worth(own('live', 'a', 200, 'prompt-c1'))?.reuse).toBeGreaterThan(0);
  });

  it('role-variants: a prefix that nobody live uses is worth as much as that of its agent', () => {
    const log = new EventLog(cacheSage(without('role-variants')));
    for (const [session, variant] of [
      ['x', 'red'],
      ['y', 'blue'],
    ] as const) {
      const prefixes = [role('a', 100, variant), own(session, 'a', 200, `prompt-${session}`)];
      log.start(session, 'a', `c-${session}`, { prefixes });
      log.end(session, 'a', `c-${session}`);
    }
    log.close('y');
    expect(log.worth(role('a', 100, 'blue'))).toEqual(log.worth(role('a', 100, 'red')));
  });
});

describe('foresight', () => {
  it('is followed instead of what was learned', () => {
    const log = lived(['a', 'b', 'a'], { foresight: () => ['c', 'b'] });
    log.chain('live', ['a', 'b', 'c']);
    log.call('now', 'b', 'c1');
    log.call('now', 'a', 'c2', 'c1');
    // Nobody ever went from a to b by way of c, and a itself always came back.
    expect(log.worth(own('now', 'b', 200, 'prompt-c1'), 60_000)?.reuse).toBeGreaterThan(0.9);
    expect(log.worth(own('now', 'a', 200, 'prompt-c2'), 60_000)?.reuse).toBe(0);
  });
});

describe('one run that goes its own way', () => {
  it('keeps a bounded share of the counts, and what others are predicted is back after ten of them', () => {
    const log = new EventLog(cacheSage());
    for (let i = 0; i < 150; i++) {
      log.chain(`s${i}`, ['a', 'b', 'c']);
      log.close(`s${i}`);
    }
    const sound = log.policy.transitionRow('app', 'a')['b'] ?? 0;
    // 5,000 calls backwards, round and round.
    const strange = Array.from({ length: 5000 }, (_, i) => ['c', 'b', 'a'][i % 3] ?? 'a');
    log.chain('strange', strange, 1);
    log.close('strange');
    expect(sound).toBeGreaterThan(0.95);
    // At most 64 counts of about 170 are its own; the back-off weights, which it moved too, are learned back.
    for (let i = 0; i < 10; i++) {
      log.chain(`t${i}`, ['a', 'b', 'c']);
      log.close(`t${i}`);
    }
    expect(log.policy.transitionRow('app', 'a')['b']).toBeGreaterThan(0.5);
    log.call('live', 'a', 'c1');
    expect(next(log, 'b')).toBeGreaterThan(0.5);
  });
});
