import { describe, expect, it } from 'vitest';
import { TopologyPrior } from '../../src/markov/prior.ts';
import { Revisits } from '../../src/markov/revisits.ts';
import { END, PAUSE, START, SymbolTable } from '../../src/markov/symbols.ts';

function rowOf(prior: TopologyPrior, symbols: SymbolTable, current: number, pauseShare = 0.5) {
  const out = new Float64Array(symbols.size);
  prior.rows().write(current, new Revisits().base(symbols.size), pauseShare, out);
  expect(out.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
  return out;
}

describe('prior of a row', () => {
  it('is uniform over known agents and END where nothing is declared', () => {
    const symbols = new SymbolTable();
    const prior = new TopologyPrior(symbols);
    const a = symbols.intern('a');
    const b = symbols.intern('b');
    const row = rowOf(prior, symbols, a, 0.25);
    expect(row[a]).toBeCloseTo(1 / 3, 12);
    expect(row[b]).toBeCloseTo(1 / 3, 12);
    expect(row[PAUSE]).toBeCloseTo(0.25 / 3, 12);
    expect(row[END]).toBeCloseTo(0.75 / 3, 12);
  });

  it('spreads unknown targets as one edge beside the declared ones', () => {
    const symbols = new SymbolTable();
    const prior = new TopologyPrior(symbols);
    prior.declare({
      agents: ['a', 'b'],
      edges: [{ from: 'a', to: 'b', kind: 'static' }],
      unknownTargets: ['a'],
    });
    const row = rowOf(prior, symbols, symbols.intern('a'));
    // Half of 0.95 to b; the other half and 0.05 evenly over a, b and END.
    expect(row[symbols.intern('b')]).toBeCloseTo(0.475 + 0.525 / 3, 12);
    expect(row[symbols.intern('a')]).toBeCloseTo(0.525 / 3, 12);
  });

  it('re-enters the graph at START after a pause, or never', () => {
    const symbols = new SymbolTable();
    const prior = new TopologyPrior(symbols);
    prior.declare({
      agents: ['a', 'b'],
      edges: [{ from: 'START', to: 'a', kind: 'static' }],
      unknownTargets: [],
    });
    const row = rowOf(prior, symbols, PAUSE);
    expect(row[END]).toBeCloseTo(0.5, 12);
    expect(row[symbols.intern('a')]).toBeGreaterThan(0.45);
    expect(row[PAUSE]).toBe(0);
    expect(rowOf(prior, symbols, START)[PAUSE]).toBe(0);
  });

  it('rejects an edge weight that is no weight', () => {
    const prior = new TopologyPrior(new SymbolTable());
    expect(() => {
      prior.declare({
        agents: ['a'],
        edges: [{ from: 'a', to: 'END', kind: 'static', weight: 0 }],
        unknownTargets: [],
      });
    }).toThrow(RangeError);
  });
});

it('lets agents beyond 256 share one symbol', () => {
  const symbols = new SymbolTable();
  for (let i = 0; i < 1000; i++) symbols.intern(`user-${i}`);
  expect(symbols.size).toBeLessThanOrEqual(3 + 257);
  expect(symbols.intern('user-900')).toBe(symbols.intern('user-901'));
});
