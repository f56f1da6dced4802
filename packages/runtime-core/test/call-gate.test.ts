import { describe, expect, it } from 'vitest';
import { CallGate } from '../src/call-gate.ts';
import { ManualClock } from '../src/testing/index.ts';

function holding(
  event: 'call-first-token' | 'call-end',
  signal?: AbortSignal,
): { gate: CallGate; clock: ManualClock; released: () => Promise<boolean> } {
  const clock = new ManualClock();
  const gate = new CallGate(clock);
  gate.started('leader');
  let released = false;
  const wait = async (): Promise<void> => {
    await gate.wait({ kind: 'hold', until: { call: 'leader', event }, maxMs: 500 }, signal);
    released = true;
  };
  void wait();
  return {
    gate,
    clock,
    released: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return released;
    },
  };
}

describe('CallGate', () => {
  it('waits until the event that was named', async () => {
    const { gate, released } = holding('call-first-token');
    expect(await released()).toBe(false);
    gate.reached('leader', 'call-first-token');
    expect(await released()).toBe(true);
  });

  it('goes on waiting for the end when only the first token came', async () => {
    const { gate, released } = holding('call-end');
    gate.reached('leader', 'call-first-token');
    expect(await released()).toBe(false);
    gate.reached('leader', 'call-end');
    expect(await released()).toBe(true);
  });

  it.each(['call-end', 'call-fail'] as const)(
    'releases who waits for a first token at %s',
    async (end) => {
      const { gate, released } = holding('call-first-token');
      gate.reached('leader', end);
      expect(await released()).toBe(true);
    },
  );

  it('releases after maxMs, not before', async () => {
    const { clock, released } = holding('call-end');
    clock.advanceTo(499);
    expect(await released()).toBe(false);
    clock.advanceTo(500);
    expect(await released()).toBe(true);
  });

  it('releases when the waiting request is aborted', async () => {
    const abort = new AbortController();
    const { released } = holding('call-end', abort.signal);
    abort.abort();
    expect(await released()).toBe(true);
  });

  it('is not released by another call', async () => {
    const { gate, released } = holding('call-end');
    gate.started('other');
    gate.reached('other', 'call-end');
    expect(await released()).toBe(false);
  });

  it.each<[string, (gate: CallGate) => void, 'call-first-token' | 'call-end']>([
    ['never ran', () => undefined, 'call-end'],
    [
      'has ended',
      (gate) => {
        gate.started('leader');
        gate.reached('leader', 'call-end');
      },
      'call-end',
    ],
    [
      'has had its first token',
      (gate) => {
        gate.started('leader');
        gate.reached('leader', 'call-first-token');
      },
      'call-first-token',
    ],
  ])('does not wait for a call that %s', async (_, before, event) => {
    const gate = new CallGate(new ManualClock());
    before(gate);
    const hold = { kind: 'hold', until: { call: 'leader', event }, maxMs: 500 } as const;
    expect(await gate.wait(hold)).toBeUndefined();
  });
});
