import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance, startContext } from '../../src/markov/branch-context.ts';
import type { BranchContext } from '../../src/markov/branch-context.ts';
import { Revisits } from '../../src/markov/revisits.ts';
import { END, firstAgent } from '../../src/markov/symbols.ts';

const a = firstAgent;
const b = firstAgent + 1;
const c = firstAgent + 2;
const d = firstAgent + 3;
const e = firstAgent + 4;
const size = firstAgent + 5;

function at(...agents: readonly number[]): BranchContext {
  return agents.reduce(advance, startContext);
}

/** The base after a context, of the whole row. */
function baseAfter(revisits: Revisits, context: BranchContext): Float64Array {
  const out = new Float64Array(size);
  const base = revisits.base(size);
  base.add(context.current, 1, out);
  base.refine(context, 1, out);
  return out;
}

function live(revisits: Revisits, ...agents: readonly number[]): void {
  let context = startContext;
  for (const symbol of [...agents, END]) {
    revisits.learn(context, symbol);
    context = advance(context, symbol);
  }
}

describe('what follows an agent of which nothing is known', () => {
  it('is even over agents and END before anything was seen', () => {
    const row = baseAfter(new Revisits(), at(a, b, a));
    for (const symbol of [END, a, b, c, d, e]) expect(row[symbol]).toBeCloseTo(1 / 6, 12);
  });

  it('is an agent that the session has been at, where sessions go back and forth', () => {
    const revisits = new Revisits();
    for (let i = 0; i < 20; i++)
      live(revisits, ...(i % 2 === 0 ? [a, b, a, b, a] : [c, d, c, d, c]));
    // The pair is new; what sessions do with a pair is not.
    const row = baseAfter(revisits, at(e, b));
    expect(row[e]).toBeGreaterThan(0.5);
    expect(row[e]).toBeGreaterThan(5 * (row[a] ?? 0));
    // It is not where the agent has been alone.
    expect(baseAfter(revisits, at(b))[e]).toBeLessThan(0.3);
  });

  it('is the same agent again, where sessions stay; and the end as often as they end', () => {
    const revisits = new Revisits();
    for (let i = 0; i < 50; i++) live(revisits, a, a, a, a);
    const row = baseAfter(revisits, at(b));
    expect(row[b]).toBeCloseTo(0.75, 1);
    expect(row[END]).toBeCloseTo(0.25, 1);
  });

  it('comes to the agents that many sessions came to', () => {
    const revisits = new Revisits();
    for (let i = 0; i < 20; i++) live(revisits, a, b);
    live(revisits, a, c);
    const row = baseAfter(revisits, at(d));
    expect(row[b]).toBeGreaterThan(5 * (row[c] ?? 0));
    expect(row[c]).toBeGreaterThan(row[e] ?? 0);
  });

  it('sums to 1 and has no negative entry, whatever was lived', () => {
    const agents = fc.array(fc.integer({ min: a, max: e }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(agents, { maxLength: 8 }), agents, (sessions, path) => {
        const revisits = new Revisits();
        for (const session of sessions) live(revisits, ...session);
        const row = baseAfter(revisits, at(...path));
        expect(row.reduce((sum, p) => sum + p)).toBeCloseTo(1, 9);
        expect(Math.min(...row)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('stays as it was read, whatever is learned', () => {
    const revisits = new Revisits();
    live(revisits, a, b);
    const base = revisits.base(size);
    const before = new Float64Array(size);
    base.add(a, 1, before);
    for (let i = 0; i < 20; i++) live(revisits, c, c, c);
    const after = new Float64Array(size);
    base.add(a, 1, after);
    expect(after).toEqual(before);
  });
});
