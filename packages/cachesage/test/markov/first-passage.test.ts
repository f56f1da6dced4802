import { seededRandom } from '@entresol/runtime-core/testing';
import { describe, expect, it } from 'vitest';
import { startContext } from '../../src/markov/branch-context.ts';
import { discountedFirstPassage } from '../../src/markov/first-passage.ts';
import { horizonSteps } from '../../src/markov/horizon.ts';
import { expandPassage } from '../../src/markov/passage-graph.ts';
import { END, PAUSE, firstAgent } from '../../src/markov/symbols.ts';

const agents = 4;
const samples = 20_000;
/**
 * Five standard errors of a mean of `samples` values in [0, 1], whose variance is at most 1/4: a right estimate of one
 * quantity falls outside once in two million.
 */
const tolerance = 5 * Math.sqrt(0.25 / samples);

/** Rows over END, PAUSE, START and four agents; START is never a successor. */
function randomChain(seed: number, pausing: boolean): Float64Array[] {
  const random = seededRandom(seed);
  return Array.from({ length: firstAgent + agents }, () => {
    const row = Float64Array.from({ length: firstAgent + agents }, () => random() ** 2);
    row[2] = 0;
    if (!pausing) row[PAUSE] = 0;
    const sum = row.reduce((total, p) => total + p, 0);
    return row.map((p) => p / sum);
  });
}

function draw(row: Float64Array | undefined, random: () => number): number {
  let left = random();
  for (const [symbol, p] of (row ?? []).entries()) {
    left -= p;
    if (left < 0) return symbol;
  }
  return END;
}

describe.each([1, 2, 3])('random chain %i', (seed) => {
  it('has the discounted first passage that simulation finds, for all pairs', () => {
    const chain = randomChain(seed, false);
    const discount = 0.85;
    const passage = discountedFirstPassage(
      chain.slice(firstAgent).map((row) => Array.from(row.subarray(firstAgent))),
      discount,
    );
    const random = seededRandom(seed + 100);
    for (let i = 0; i < agents; i++) {
      const sums = new Float64Array(agents);
      for (let n = 0; n < samples; n++) {
        const seen = new Set<number>();
        let at = firstAgent + i;
        let factor = 1;
        // discount^60 < 1e-4 is far below the tolerance.
        for (let k = 0; k < 60; k++) {
          at = draw(chain[at], random);
          factor *= discount;
          if (at === END) break;
          if (!seen.has(at)) sums[at - firstAgent] = (sums[at - firstAgent] ?? 0) + factor;
          seen.add(at);
        }
      }
      for (let a = 0; a < agents; a++) {
        const simulated = (sums[a] ?? 0) / samples;
        expect(Math.abs((passage[i * agents + a] ?? 0) - simulated)).toBeLessThan(tolerance);
      }
    }
  });

  it('has the first passage per step that simulation finds, with and without a pause', () => {
    const chain = randomChain(seed, true);
    const rowOf = (symbol: number): Float64Array => chain[symbol] ?? new Float64Array(0);
    const graph = expandPassage(
      { distribution: ({ current }) => rowOf(current), orderOne: rowOf },
      startContext,
      { minMass: 0, minProbability: 0, maxStates: 64 },
    );
    const random = seededRandom(seed + 200);
    const direct = new Float64Array(agents * horizonSteps);
    const paused = new Float64Array(agents * horizonSteps);
    for (let n = 0; n < samples; n++) {
      const seen = new Set<number>();
      let at: number = startContext.current;
      let pause = false;
      for (let k = 0; k < horizonSteps; k++) {
        at = draw(chain[at], random);
        if (at === END) break;
        if (at === PAUSE) pause = true;
        else if (!seen.has(at)) {
          const tally = pause ? paused : direct;
          const cell = (at - firstAgent) * horizonSteps + k;
          tally[cell] = (tally[cell] ?? 0) + 1;
          seen.add(at);
        }
      }
    }
    for (let a = 0; a < agents; a++) {
      const curve = graph.curve(firstAgent + a);
      for (let k = 0; k < horizonSteps; k++) {
        const cell = a * horizonSteps + k;
        const byDirect = (curve.direct[k] ?? 0) - (direct[cell] ?? 0) / samples;
        const byPaused = (curve.paused[k] ?? 0) - (paused[cell] ?? 0) / samples;
        expect(Math.abs(byDirect)).toBeLessThan(tolerance);
        expect(Math.abs(byPaused)).toBeLessThan(tolerance);
      }
    }
  });
});

it('rejects a discount that would not converge', () => {
  expect(() => discountedFirstPassage([[1]], 1)).toThrow(RangeError);
});

/** A row over two agents. */
function sparseRow(p: readonly (readonly [number, number])[]): Float64Array {
  const out = new Float64Array(firstAgent + 2);
  for (const [symbol, probability] of p) out[symbol] = probability;
  return out;
}

it('tells rounds of a loop apart by visits: the passage after three rounds is certain', () => {
  const [loop, judge] = [firstAgent, firstAgent + 1];
  const graph = expandPassage(
    {
      orderOne: () => sparseRow([[loop, 1]]),
      distribution: ({ current, visits }) =>
        (visits[current] ?? 0) < 3 ? sparseRow([[loop, 1]]) : sparseRow([[judge, 1]]),
    },
    startContext,
  );
  // START -> loop, loop, loop -> judge is the fourth step.
  expect([...graph.curve(judge).direct.subarray(0, 5)]).toEqual([0, 0, 0, 1, 0]);
});

it('keeps to the bound on states in a graph of many agents', () => {
  const size = firstAgent + 40;
  const even = new Float64Array(size).fill(1 / (size - 2));
  even[2] = 0;
  even[PAUSE] = 0;
  const graph = expandPassage({ distribution: () => even, orderOne: () => even }, startContext, {
    maxStates: 32,
  });
  // 32 states told apart and at most one collapsed state per agent.
  expect(graph.states).toBeLessThanOrEqual(32 + 40);
  const total = graph.curve(firstAgent).direct.reduce((sum, p) => sum + p, 0);
  // Each step: 1/41 to the agent, 1/41 to END, else go on: (1 - (39/41)^16) / 2.
  expect(total).toBeCloseTo((1 - (39 / 41) ** horizonSteps) / 2, 6);
});

it('leaves out what is no likelier than the rest of a flat row, and keeps what stands out', () => {
  const size = firstAgent + 200;
  const flat = new Float64Array(size).fill(0.5 / 200);
  flat.fill(0, 0, firstAgent);
  const likely = firstAgent + 7;
  flat[likely] = 0.5;
  const rows = { distribution: () => flat, orderOne: () => flat };
  // 1/400 each is told apart when asked for, and is no step of its own among two hundred.
  const graph = expandPassage(rows, startContext, { minProbability: 0.001 });
  expect(graph.states).toBeLessThan(40);
  expect(graph.curve(likely).direct[0]).toBe(0.5);
  expect(graph.curve(firstAgent).direct[0]).toBe(0);
});
