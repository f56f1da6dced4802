import { cacheSage } from '@entresol/cachesage';
import { seededRandom } from '@entresol/runtime-core/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventLog } from './event-log.ts';

const names = ['a', 'b', 'c'];

interface Step {
  readonly session: number;
  readonly does: 'call' | 'sibling' | 'root' | 'end' | 'fail' | 'tool' | 'pause' | 'close';
  readonly agent: number;
  readonly waitMs: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  session: fc.nat(3),
  does: fc.constantFrom('call', 'call', 'sibling', 'root', 'end', 'fail', 'tool', 'pause', 'close'),
  agent: fc.nat(2),
  waitMs: fc.nat(20_000),
});

/** Any interleaving, also ones that no framework would make. */
function play(log: EventLog, steps: readonly Step[]): void {
  const calls = new Map<number, { call: string; agent: string; previous?: string }[]>();
  for (const [i, { session: s, does, agent: a, waitMs }] of steps.entries()) {
    log.wait(waitMs);
    const session = `s${s}`;
    const own = calls.get(s) ?? [];
    const last = own.at(-1);
    const agent = names[a] ?? 'a';
    const begin = (previous: string | undefined): void => {
      const call = `c${i}`;
      log.start(session, agent, call, previous === undefined ? {} : { previous });
      calls.set(s, [...own, { call, agent, ...(previous === undefined ? {} : { previous }) }]);
    };
    if (does === 'call') begin(last?.call);
    else if (does === 'sibling') begin(last?.previous);
    else if (does === 'root') begin(undefined);
    else if (does === 'pause') log.pause(session);
    else if (does === 'close') log.close(session);
    else if (last !== undefined && does === 'tool') log.tool(session, `d-${last.call}`);
    else if (last !== undefined) log.end(session, last.agent, last.call);
  }
}

describe('whatever is heard', () => {
  it('keeps every row on the simplex', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const log = new EventLog(cacheSage());
        play(log, steps);
        for (const agent of [...names, 'START', 'PAUSE']) {
          const row = Object.values(log.policy.transitionRow(log.workload, agent));
          if (row.length === 0) continue;
          expect(Math.min(...row)).toBeGreaterThanOrEqual(0);
          expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('says probabilities that sum to at most 1, and worths within their ranges', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.nat(1e6), (steps, horizonMs) => {
        const log = new EventLog(cacheSage());
        play(log, steps);
        for (const s of [0, 1, 2, 3]) {
          const said = log.policy.predict.nextAgent({ session: `s${s}` }, log.context);
          const sum = said.reduce((total, { probability }) => total + probability, 0);
          expect(sum).toBeLessThanOrEqual(1 + 1e-9);
        }
        for (const event of log.events) {
          if (event.type !== 'call-start') continue;
          for (const prefix of event.prefixes) {
            const worth = log.worth(prefix, horizonMs);
            expect(worth?.reuse).toBeGreaterThanOrEqual(0);
            expect(worth?.reuse).toBeLessThanOrEqual(1);
            expect(worth?.gainMs).toBeGreaterThanOrEqual(0);
            expect(worth?.gainMs).toBeLessThanOrEqual(prefix.tokens);
            expect(worth?.keep).toBeGreaterThanOrEqual(0);
            expect(Number.isFinite(worth?.keep)).toBe(true);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('decides the same when recorded events are replayed, whoever asked in between', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const log = new EventLog(cacheSage());
        play(log, steps);
        const replayed = new EventLog(cacheSage());
        for (const event of log.events) {
          replayed.nowMs = event.atMs;
          replayed.say(event);
          if (event.type === 'call-start') event.prefixes.forEach((each) => replayed.worth(each));
          replayed.policy.predict.nextAgent({ session: 's1' }, replayed.context);
        }
        log.wait(1234);
        replayed.nowMs = log.nowMs;
        for (const event of log.events) {
          if (event.type !== 'call-start') continue;
          for (const each of event.prefixes) expect(replayed.worth(each)).toEqual(log.worth(each));
          const query = { session: event.session };
          expect(replayed.policy.predict.nextAgent(query, replayed.context)).toEqual(
            log.policy.predict.nextAgent(query, log.context),
          );
        }
        expect(replayed.policy.state.save()).toEqual(log.policy.state.save());
      }),
      { numRuns: 40 },
    );
  });
});

/** plan -> three researchers in parallel, each reads once more, -> write, whose dispatch all three caused. */
function fanOut(log: EventLog, session: string, order: readonly number[]): void {
  log.call(session, 'plan', `${session}-p`);
  for (const b of [0, 1, 2]) {
    log.start(session, 'research', `${session}-r${b}`, { previous: `${session}-p` });
  }
  for (const b of order) {
    log.wait(100 + b);
    log.end(session, 'research', `${session}-r${b}`);
    log.call(session, 'read', `${session}-x${b}`, `${session}-r${b}`);
  }
  log.fork(
    session,
    `d-${session}-w`,
    'write',
    order.map((b) => `d-${session}-x${b}`),
  );
  log.call(session, 'write', `${session}-w`, `${session}-x${order[0]}`);
  log.close(session);
}

describe('fan-out', () => {
  it('learns the same rows in 20 shuffled orders of completion, and no self transition', () => {
    const inOrder = new EventLog(cacheSage());
    const shuffled = new EventLog(cacheSage());
    const random = seededRandom(11);
    for (let i = 0; i < 20; i++) {
      const order = [0, 1, 2].toSorted(() => random() - 0.5);
      fanOut(inOrder, `s${i}`, [0, 1, 2]);
      fanOut(shuffled, `s${i}`, order);
    }
    for (const agent of ['START', 'plan', 'research', 'read', 'write']) {
      const row = shuffled.policy.transitionRow('app', agent);
      expect(row).toEqual(inOrder.policy.transitionRow('app', agent));
    }
    const research = shuffled.policy.transitionRow('app', 'research');
    expect(research['read']).toBeGreaterThan(0.9);
    expect(research['research']).toBeLessThan(0.05);
    expect(shuffled.policy.transitionRow('app', 'read')['write']).toBeGreaterThan(0.9);
  });

  it('counts three transitions from the call that forked', () => {
    const log = new EventLog(cacheSage());
    log.call('s', 'plan', 'p');
    for (const agent of ['x', 'y', 'z']) log.start('s', agent, `c-${agent}`, { previous: 'p' });
    const row = log.policy.transitionRow('app', 'plan');
    expect(row['x']).toBeGreaterThan(0.2);
    expect(row['y']).toBeGreaterThan(0.2);
    expect(row['z']).toBeGreaterThan(0.2);
    expect(log.policy.transitionRow('app', 'x')['y']).toBeLessThan(0.3);
  });
});

it('counts a retried call once, under the same id or a new one', () => {
  const once = new EventLog(cacheSage());
  const retried = new EventLog(cacheSage());
  for (const log of [once, retried]) {
    log.call('s', 'a', 'c1');
    log.start('s', 'b', 'c2', { previous: 'c1' });
  }
  const fails = { session: 's', agent: 'b', atMs: 500, workload: 'app', code: 'timeout' };
  retried.say({ type: 'call-fail', ...fails, call: 'c2', dispatch: 'd-c2' });
  retried.start('s', 'b', 'c2', { previous: 'c1', attempt: 2 });
  retried.say({ type: 'call-fail', ...fails, call: 'c2', dispatch: 'd-c2' });
  retried.start('s', 'b', 'c3', { previous: 'c1', attempt: 3 });
  expect(retried.policy.transitionRow('app', 'a')).toEqual(once.policy.transitionRow('app', 'a'));
  once.end('s', 'b', 'c2');
  retried.end('s', 'b', 'c3');
  once.start('s', 'a', 'c4', { previous: 'c2' });
  retried.start('s', 'a', 'c4', { previous: 'c3' });
  expect(retried.policy.transitionRow('app', 'b')).toEqual(once.policy.transitionRow('app', 'b'));
});

it('bounds what one runaway session adds to a row', () => {
  const log = new EventLog(cacheSage());
  for (let i = 0; i < 40; i++) {
    log.chain(`s${i}`, ['a', 'b']);
    log.close(`s${i}`);
  }
  log.chain('loop', ['a', ...Array.from({ length: 1000 }, () => 'a')], 10);
  // At most 64 counts of the loop against 40 of the others, which its 64 decayed to 0.86 of their weight.
  expect(log.policy.transitionRow('app', 'a')['b']).toBeGreaterThan((0.86 * 40) / 104 - 0.05);
});

it('learns the round after which a debate goes to the judge', () => {
  const log = new EventLog(cacheSage());
  for (let i = 0; i < 30; i++) {
    log.chain(`s${i}`, ['pro', 'con', 'pro', 'con', 'pro', 'con', 'judge']);
    log.close(`s${i}`);
  }
  const before = log.chain('s', ['pro', 'con', 'pro', 'con']);
  const [again] = log.policy.predict.nextAgent({ session: 's' }, log.context);
  expect(again).toMatchObject({ agent: 'pro' });
  expect(again?.probability).toBeGreaterThan(0.9);
  log.chain('s', ['pro', 'con'], 500, before);
  const [judge] = log.policy.predict.nextAgent({ session: 's' }, log.context);
  expect(judge).toMatchObject({ agent: 'judge' });
  expect(judge?.probability).toBeGreaterThan(0.9);
});

it('resolves forecasts: a deterministic workload becomes all hits and no error', () => {
  const log = new EventLog(cacheSage());
  expect(log.policy.calibration()).toEqual({ top1: 0, brier: 0, resolved: 0 });
  for (let i = 0; i < 60; i++) {
    log.chain(`s${i}`, ['a', 'b', 'c']);
    log.close(`s${i}`);
  }
  const { top1, brier, resolved } = log.policy.calibration();
  expect(resolved).toBe(180);
  expect(top1).toBeGreaterThan(0.95);
  expect(brier).toBeLessThan(0.1);
});
