import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { expectedOnWire } from './lines.ts';
import { play } from './performance.ts';
import type { Played } from './performance.ts';
import { checks } from './shape.ts';
import type { Check, Shape } from './shape.ts';
import { groups } from './shapes/index.ts';
import { renderTables, withGenerated } from './tables.ts';
import type { Outcomes } from './tables.ts';

const docs = new URL('../../../../docs/frameworks.md', import.meta.url);

/** Checks that have been asserted in this run, by shape: the only source of the table. */
const outcomes: Outcomes = new Map();

const assertions: Readonly<Record<Check, (shape: Shape, attached: Played, plain: Played) => void>> =
  {
    observed(shape, { sessions, dispatches, ended, held }) {
      expect(dispatches).toEqual(shape.dispatches);
      expect(sessions).toEqual(shape.sessions ?? ['start T', 'pause T']);
      expect(ended).toBe(true);
      for (const { runs, calls } of held) expect([runs, calls]).toEqual([0, 0]);
    },
    attributed(shape, { calls }) {
      expect(calls).toEqual(shape.calls.toSorted());
    },
    enriched(shape, { enriched }) {
      expect(enriched).toEqual(expectedOnWire(shape.calls));
    },
    'results unchanged'(_shape, attached, plain) {
      const { result, error, sent } = attached;
      expect({ result, error, sent }).toEqual({
        result: plain.result,
        error: plain.error,
        sent: plain.sent,
      });
      expect(plain.dispatches).toEqual([]);
    },
  };

/** @throws what the check threw, when there is no reason for it to fail */
function passes(assertion: () => void, gap: string | undefined): boolean {
  try {
    assertion();
    return true;
  } catch (error) {
    if (gap === undefined) throw error;
    return false;
  }
}

for (const { title, shapes } of groups) {
  describe.each(shapes.map((shape): [string, Shape] => [shape.name, shape]))(
    `${title}: %s`,
    (name, shape) => {
      let played: Promise<readonly [Played, Played]> | undefined;
      const both = () =>
        (played ??= (async () => [await play(shape, true), await play(shape, false)] as const)());

      it.each(checks)(
        '%s',
        async (check) => {
          const [attached, plain] = await both();
          const gap = shape.gaps?.[check];
          const hasPassed = passes(() => assertions[check](shape, attached, plain), gap);
          expect(hasPassed, 'declare a gap no longer when it has closed').toBe(gap === undefined);
          const cells = outcomes.get(name) ?? new Map<Check, string | undefined>();
          outcomes.set(name, cells.set(check, gap));
        }, // LangChain waits seconds between two HTTP attempts.
        30_000,
      );
    },
  );
}

describe('docs/frameworks.md', () => {
  it('says what these tests have shown (renew it with: node scripts/frameworks.mjs)', async () => {
    // Throws for a cell without an outcome, so that nothing is written of a check that has not passed.
    const tables = renderTables(groups, outcomes);
    const page = await readFile(docs, 'utf8');
    await expect(withGenerated(page, tables)).toMatchFileSnapshot(docs.pathname);
  });
});
