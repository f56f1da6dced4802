import { cacheSage } from '@entresol/cachesage';
import type { Topology } from '@entresol/runtime-core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { START, firstAgent } from '../src/markov/symbols.ts';
import { SymbolTable } from '../src/markov/symbols.ts';
import { TopologyPrior } from '../src/markov/prior.ts';
import { TransitionCounts } from '../src/markov/transition-counts.ts';
import { TransitionPredictor } from '../src/markov/predictor.ts';
import { advance, startContext } from '../src/markov/branch-context.ts';
import { discountedFirstPassage } from '../src/markov/first-passage.ts';
import { EventLog, own, role } from './event-log.ts';

const agents = ['a', 'b', 'c', 'd'] as const;

/** One thing that happens; numbers choose among what is there. */
const stepOf = fc.record({
  what: fc.constantFrom(
    'call',
    'call',
    'call',
    'start',
    'end',
    'tool',
    'pause',
    'close',
    'wait',
    'declare',
  ),
  session: fc.integer({ min: 0, max: 3 }),
  agent: fc.constantFrom(...agents),
  ms: fc.integer({ min: 1, max: 40_000 }),
});
type Step = typeof stepOf extends fc.Arbitrary<infer T> ? T : never;

/** One declared edge, to an agent that may be new. */
function graphOf(from: string, to: string): Topology {
  return { agents: [from, to], edges: [{ from, to, kind: 'static' }], unknownTargets: [] };
}

/** Says the steps, and after each lets `ask` ask. */
function live(steps: readonly Step[], ask: (log: EventLog) => void): EventLog {
  const log = new EventLog(cacheSage());
  const last = new Map<string, { readonly call: string; readonly agent: string }>();
  steps.forEach(({ what, session: number, agent, ms }, at) => {
    const session = `s${number}`;
    const before = last.get(session);
    const call = `call-${at}`;
    if (what === 'wait') log.wait(ms);
    else if (what === 'declare') log.declare(graphOf(agent, `late-${ms % 3}`));
    else if (what === 'pause') log.pause(session);
    else if (what === 'tool' && before !== undefined) log.tool(session, `d-${before.call}`);
    else if (what === 'end' && before !== undefined) log.end(session, before.agent, before.call);
    else if (what === 'close') {
      log.close(session);
      last.delete(session);
    } else if (what === 'call' || what === 'start') {
      log.start(session, agent, call, before === undefined ? {} : { previous: before.call });
      if (what === 'call') {
        log.wait(ms / 20);
        log.end(session, agent, call);
      }
      last.set(session, { call, agent });
    }
    ask(log);
  });
  return log;
}

/** Everything a policy may be asked. */
function answersOf(log: EventLog): unknown {
  const calls = log.events.flatMap((event) => (event.type === 'call-start' ? [event] : []));
  return {
    roles: agents.map((agent) => log.worth(role(agent))),
    prompts: calls.map(({ session, agent, call }) =>
      log.worth(own(session, agent, 200, `prompt-${call}`)),
    ),
    next: [0, 1, 2, 3].map((number) =>
      log.policy.predict.nextAgent({ session: `s${number}` }, log.context),
    ),
  };
}

describe('what is remembered between events', () => {
  it('answers as a policy that heard the same and was never asked before', () => {
    fc.assert(
      fc.property(fc.array(stepOf, { minLength: 1, maxLength: 60 }), (steps) => {
        const asked = live(steps, answersOf);
        const silent = live(steps, () => undefined);
        expect(answersOf(asked)).toStrictEqual(answersOf(silent));
        expect(asked.policy.state.save()).toStrictEqual(silent.policy.state.save());
      }),
      { numRuns: 60 },
    );
  });
});

/** A predictor that learned it all, asked on the way or not. */
function taught(lessons: readonly { path: readonly number[]; symbol: number }[], asking: boolean) {
  const symbols = new SymbolTable();
  for (const agent of agents) symbols.intern(agent);
  const predictor = new TransitionPredictor(
    symbols,
    new TopologyPrior(symbols),
    new TransitionCounts(),
  );
  for (const { path, symbol } of lessons) {
    const context = path.reduce(advance, startContext);
    if (asking) predictor.distribution(context);
    predictor.learn(context, symbol, 1);
  }
  return predictor;
}

describe('a transition predictor', () => {
  const symbolOf = fc.integer({ min: firstAgent, max: firstAgent + 3 });
  const learned = fc.array(
    fc.record({ path: fc.array(symbolOf, { maxLength: 3 }), symbol: symbolOf }),
    {
      maxLength: 40,
    },
  );

  it('says the same whether it was asked before or not, into a given array or not', () => {
    fc.assert(
      fc.property(learned, fc.array(symbolOf, { maxLength: 3 }), (lessons, path) => {
        const context = path.reduce(advance, startContext);
        const fresh = taught(lessons, false).distribution(context);
        const used = taught(lessons, true);
        const given = new Float64Array(fresh.length).fill(7);
        expect(used.distribution(context, given)).toBe(given);
        expect(given).toStrictEqual(fresh);
        expect(fresh[START]).toBe(0);
      }),
    );
  });
});

describe('the inverse behind first passages', () => {
  it('satisfies its defining equation F = Q + Q (F with the target taken out)', () => {
    const rowsOf = fc.integer({ min: 1, max: 32 }).chain((n) =>
      fc.array(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: n, maxLength: n }),
        {
          minLength: n,
          maxLength: n,
        },
      ),
    );
    fc.assert(
      fc.property(rowsOf, fc.double({ min: 0.05, max: 0.95, noNaN: true }), (raw, discount) => {
        const rows = raw.map((row) => {
          const sum = row.reduce((total, p) => total + p, 0);
          return row.map((p) => (sum > 0 ? p / Math.max(1, sum) : 0));
        });
        const n = rows.length;
        const passage = discountedFirstPassage(rows, discount);
        for (let i = 0; i < n; i++) {
          for (let a = 0; a < n; a++) {
            let expected = discount * (rows[i]?.[a] ?? 0);
            for (let x = 0; x < n; x++) {
              if (x !== a) expected += discount * (rows[i]?.[x] ?? 0) * (passage[x * n + a] ?? 0);
            }
            expect(Math.abs((passage[i * n + a] ?? 0) - expected)).toBeLessThan(1e-12);
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});
