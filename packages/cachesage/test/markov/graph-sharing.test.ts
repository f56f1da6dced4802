import { describe, expect, it } from 'vitest';
import { advance, startContext } from '../../src/markov/branch-context.ts';
import type { BranchContext } from '../../src/markov/branch-context.ts';
import { TransitionPredictor } from '../../src/markov/predictor.ts';
import { TopologyPrior } from '../../src/markov/prior.ts';
import { END, SymbolTable } from '../../src/markov/symbols.ts';
import { TransitionCounts, callCountKey, orderOneKey } from '../../src/markov/transition-counts.ts';

const symbols = new SymbolTable();
const [a, b] = ['a', 'b'].map((name) => symbols.intern(name));
const predictor = new TransitionPredictor(
  symbols,
  new TopologyPrior(symbols),
  new TransitionCounts(),
);
const after = (...path: readonly (number | undefined)[]): BranchContext =>
  path.reduce<BranchContext>((context, symbol) => advance(context, symbol ?? END), startContext);

// Twenty sessions of two rounds each: b leads back to a, and at its second visit to the end.
for (let i = 0; i < 20; i++) {
  predictor.learn(after(a), b ?? END, 1);
  predictor.learn(after(a, b), a ?? END, 1);
  predictor.learn(after(a, b, a), b ?? END, 1);
  predictor.learn(after(a, b, a, b), END, 1);
}

describe('branches that share a passage graph', () => {
  it('are told apart by a visit that decides what follows', () => {
    const [first, second] = [after(a, b), after(a, b, a, b)].map((context) =>
      predictor.toldApart(context, 0.25),
    );
    expect(first).toBe(callCountKey(a ?? 0, b ?? 0, 1));
    expect(second).toBe(callCountKey(a ?? 0, b ?? 0, 2));
  });

  it('are one at visits, and after agents, of which nothing was counted', () => {
    expect(predictor.toldApart(after(a, b, a, b, a, b), 0.25)).toBe(
      callCountKey(a ?? 0, b ?? 0, 0),
    );
    expect(predictor.toldApart(after(b, b), 0.25)).toBe(orderOneKey(b ?? 0));
  });
});
