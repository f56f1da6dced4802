import { cacheSage } from '@entresol/cachesage';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReuseAmount } from '../../src/survival/reuse-amount.ts';
import { EventLog, own, role } from '../event-log.ts';

describe('reuse amount', () => {
  it('expects everything before anything was seen', () => {
    expect(new ReuseAmount().share(3, 1, 0, 1)).toBe(1);
  });

  it('stays in [0, 1] and never rises with position', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.nat(2),
            fc.integer({ min: 1, max: 20 }),
            fc.double({ min: 0, max: 1, noNaN: true }),
          ),
        ),
        fc.integer({ min: 1, max: 20 }),
        (seen, gap) => {
          const amounts = new ReuseAmount();
          for (const [agent, after, share] of seen) amounts.observe(agent, after, 0, share);
          let before = 1;
          for (const position of [0.25, 0.5, 0.75, 1]) {
            const share = amounts.share(1, gap, 0, position);
            expect(share).toBeGreaterThanOrEqual(0);
            expect(share).toBeLessThanOrEqual(before + 1e-9);
            before = share;
          }
        },
      ),
    );
  });

  it('tells the head of a prompt, which is repeated, from its tail, which is not', () => {
    const amounts = new ReuseAmount();
    for (let i = 0; i < 40; i++) amounts.observe(3, 1, 0, 0.5);
    expect(amounts.share(3, 1, 0, 0.5)).toBeGreaterThan(0.95);
    expect(amounts.share(3, 1, 0, 1)).toBeCloseTo(0.5, 1);
  });
});

/** Sessions of three calls of one agent that repeats its role prefix only; the last one stands at its second. */
function rebuilt(usage: boolean): EventLog {
  const log = new EventLog(cacheSage());
  log.residency = { of: ({ tokens }) => ({ tokens, tier: 'device', truth: 'own' }) };
  for (let i = 0; i < 12; i++) {
    let previous: string | undefined;
    for (const call of i < 11 ? ['x', 'y', 'z'] : ['x', 'y']) {
      const id = `${i}-${call}`;
      const text = own(`s${i}`, 'a', 500, `prompt-${id}`);
      // Links message by message show the overlap; one link leaves it to the engine's cached tokens.
      const prefixes = usage
        ? [role('a'), text]
        : [role('a'), own(`s${i}`, 'a', 300, `head-${id}`), text];
      log.start(`s${i}`, 'a', id, { prefixes, ...(previous === undefined ? {} : { previous }) });
      log.wait(500);
      log.end(`s${i}`, 'a', id, usage ? { input: 500, cacheRead: 100, output: 9 } : undefined);
      log.wait(500);
      previous = id;
    }
    if (i < 11) log.close(`s${i}`);
  }
  return log;
}

describe('worth of a prompt whose agent rebuilds it', () => {
  it.each([
    ['its chain', false],
    ['cached tokens', true],
  ])('is small once that shows in %s', (_, usage) => {
    const log = rebuilt(usage);
    const worth = log.worth(own('s11', 'a', 500, 'prompt-11-y'));
    expect(worth?.reuse).toBeGreaterThan(0.2);
    // Linear cost of the log: 400 ms if all of its own part were reused.
    expect(worth?.gainMs).toBeLessThan(60);
  });

  it('learns nothing from a miss of a prompt that the engine had lost', () => {
    const log = rebuilt(true);
    const fresh = new EventLog(cacheSage());
    for (const event of log.events) {
      fresh.nowMs = event.atMs;
      fresh.say(event);
    }
    fresh.nowMs = log.nowMs;
    expect(fresh.worth(own('s11', 'a', 500, 'prompt-11-y'))?.gainMs).toBeCloseTo(400, 6);
  });
});
