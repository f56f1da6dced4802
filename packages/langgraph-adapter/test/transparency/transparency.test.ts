import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allShapes, experiments, shapesOf } from './graph-plan.ts';
import { attached, detached, plain } from './run-experiment.ts';
import { firstDifference, hasUnlikeTails } from './seen.ts';
import type { World } from './world.ts';

const seed = 20_261_126;
const numRuns = Number(process.env['ENTRESOL_GRAPHS'] ?? 200);
/** A shape must occur in at least that share of all apps; of a few apps nothing is asked. */
const leastShare = numRuns < 200 ? 0 : 0.02;

/** Ids of the dispatches that began, or ended. */
function dispatches({ events }: World, type: 'dispatch-start' | 'dispatch-end'): readonly string[] {
  return events.flatMap((event) => (event.type === type ? event.dispatch : [])).toSorted();
}

describe('an attached app', () => {
  it(`gives, in ${numRuns} random apps, what the bare one gives, in the same order`, async () => {
    const shapes = new Map(allShapes.map((shape) => [shape, 0]));
    const total = { requests: 0, managed: 0, runs: 0, results: 0, unlikeTails: 0 };
    await fc.assert(
      fc.asyncProperty(experiments, async (experiment) => {
        const expected = await plain(experiment);
        const { seen, world, held } = await attached(experiment);
        expect(firstDifference(expected, seen)).toBeUndefined();
        expect(held).toMatchObject({ runs: 0, calls: 0 });
        expect(dispatches(world, 'dispatch-end')).toEqual(dispatches(world, 'dispatch-start'));
        // Of every fourth app: nothing of the attachment is left after it.
        const again = experiment.usage.pick % 4 === 0 ? await detached(experiment) : expected;
        expect(firstDifference(expected, again)).toBeUndefined();

        for (const shape of new Set(shapesOf(experiment))) {
          shapes.set(shape, (shapes.get(shape) ?? 0) + 1);
        }
        total.requests += world.engine.wire.length;
        total.managed += world.engine.managed;
        total.runs += expected.runs.length;
        total.results += expected.runs.filter(({ hasResult }) => hasResult).length;
        total.unlikeTails += hasUnlikeTails(expected, seen) ? 1 : 0;
      }),
      { seed, numRuns },
    );
    // What was generated is worth the name: every shape, most requests managed, both ends of a run.
    expect([...shapes].filter(([, count]) => count < numRuns * leastShare)).toEqual([]);
    expect(total.managed / total.requests).toBeGreaterThan(0.9);
    expect(total.results / total.runs).toBeGreaterThan(0.4);
    expect(total.results / total.runs).toBeLessThan(0.8);
    // Chunks in the very instant of a failure may be more or fewer; that stays rare.
    expect(total.unlikeTails / numRuns).toBeLessThan(0.06);
    if (numRuns > 200) process.stdout.write(`${JSON.stringify({ seed, numRuns, ...total })}\n`);
  }, 3_600_000);
});
