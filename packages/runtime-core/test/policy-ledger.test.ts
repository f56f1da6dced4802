import { describe, expect, it, onTestFinished } from 'vitest';
import { createRuntime } from '../src/index.ts';
import type { LedgerEntry, Runtime, StateStore } from '../src/index.ts';
import { PolicyTrial } from '../src/policy-trial.ts';
import { FakeDriver, ManualClock } from '../src/testing/index.ts';
import { memoryStore } from './support/memory-store.ts';
import { policyOf, prefixOf } from './support/setting.ts';

const minute = 60_000;
const policy = policyOf({ name: 'probe', mode: 'on', interference: 'none' });

interface Process {
  readonly runtime: Runtime;
  readonly clock: ManualClock;
}

/** A process of its own: its clock and its draws begin anew. */
async function start(state: StateStore, draw = 0.25): Promise<Process> {
  const clock = new ManualClock();
  const runtime = createRuntime({
    engines: new FakeDriver(),
    clock,
    state,
    random: () => draw,
    policies: [policy],
    trial: { holdout: 0.5 },
  });
  onTestFinished(() => runtime.close());
  await runtime.ready;
  return { runtime, clock };
}

/** Sessions of one call each, closed. */
function play({ runtime, clock }: Process, names: readonly string[]): void {
  for (const session of names) {
    const of = { workload: 'w', session, call: session, dispatch: 'd', agent: 'a' };
    const prefixes = [prefixOf('p')];
    runtime.observe({ type: 'call-start', atMs: clock.now(), ...of, prefixes, attempt: 1 });
    clock.advanceBy(10);
    const usage = { input: 100, cacheRead: 50, output: 1 };
    runtime.observe({ type: 'call-end', atMs: clock.now(), ...of, usage });
    runtime.closeSession(session);
  }
}

const names = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `${prefix}${at}`);

function unitsOf([entry]: readonly LedgerEntry[]): number {
  const effects =
    entry === undefined || entry.measured.by === 'nothing' ? [] : entry.measured.effects;
  const { without = 0, with: withIt = 0 } = effects[0]?.units ?? {};
  return without + withIt;
}

describe('a ledger that is kept', () => {
  it('goes on where a process that crashed has saved it', async () => {
    const state = memoryStore();
    const first = await start(state);
    play(first, names('a', 7));
    first.clock.advanceBy(minute + 1_000);
    await new Promise(setImmediate);
    // Not saved, and lost with the process.
    play(first, names('b', 2));
    const saved = state.texts.get('ledger') ?? '';

    const second = await start(memoryStore({ ledger: saved }), 0.75);
    expect(unitsOf(second.runtime.ledger())).toBe(7);
    play(second, names('c', 3));
    expect(unitsOf(second.runtime.ledger())).toBe(10);
  });

  it('draws a session as it was drawn before, and blocks anew', async () => {
    const state = memoryStore();
    const first = await start(state, 0.25);
    await first.runtime.close();
    const second = await start(state, 0.75);
    const drawn = new PolicyTrial(new ManualClock(), { holdout: 0.5 }, () => 0.25);
    const alone = names('s', 40).filter((session) => !drawn.actsInSession(policy, session));
    play(second, alone);
    const [entry] = second.runtime.ledger();
    expect(entry?.measured).toMatchObject({
      effects: [{ units: { without: alone.length, with: 0 } }, {}],
    });
  });

  it('shows what it has said with what it keeps, for those who only read', async () => {
    const state = memoryStore();
    const { runtime } = await start(state);
    await runtime.close();
    const saved: { readonly entries: unknown } = JSON.parse(state.texts.get('ledger') ?? '');
    expect(saved.entries).toStrictEqual(JSON.parse(JSON.stringify(runtime.ledger())));
  });

  it.each([
    ['is cut off', '{"entresol":1,"entr', 'SyntaxError'],
    ['is no object', '7', 'not an object'],
    ['is of another version', '{"entresol":2}', 'version 2, this build reads 1'],
    ['keeps nothing', '{"entresol":1,"entries":[]}', 'not an object'],
    [
      'keeps samples that no sample has been',
      JSON.stringify({
        entresol: 1,
        kept: {
          modelled: { probe: [] },
          effects: {
            key: 1,
            policies: { probe: { by: 'holdout', endpoints: {}, all: { without: {}, with: {} } } },
          },
        },
      }),
      'not a sample',
    ],
    [
      'keeps acts that nobody knows',
      '{"entresol":1,"kept":{"modelled":{"probe":[{"act":"magic"}]}}}',
      'not modelled effects',
    ],
  ])('is set aside when it %s, and begins anew', async (_, text, why) => {
    const state = memoryStore({ ledger: text });
    const { runtime } = await start(state);
    expect(state.aside.get('ledger')).toBe(text);
    expect(runtime.report().warnings).toStrictEqual([expect.stringContaining(why)]);
    expect(unitsOf(runtime.ledger())).toBe(0);
    expect(runtime.ledger()[0]?.modelled).toStrictEqual([]);
    await runtime.close();
    expect(state.texts.get('ledger')).toContain('"entresol":1');
  });

  it('is not written over by a runtime that never came up', async () => {
    const state = memoryStore({ ledger: 'what was measured' });
    const driver = new FakeDriver();
    driver.open = () => Promise.reject(new Error('no engine'));
    const runtime = createRuntime({ engines: driver, state, policies: [policy], trial: {} });
    await expect(runtime.ready).rejects.toThrow('no engine');
    await runtime.close();
    expect(state.texts.get('ledger')).toBe('what was measured');
  });

  it('waits with what was measured while nothing is tried', async () => {
    const state = memoryStore();
    const first = await start(state);
    play(first, names('a', 4));
    await first.runtime.close();
    const untried = createRuntime({ engines: new FakeDriver(), state, policies: [policy] });
    await untried.ready;
    await untried.close();
    const third = await start(state);
    expect(unitsOf(third.runtime.ledger())).toBe(4);
  });
});
