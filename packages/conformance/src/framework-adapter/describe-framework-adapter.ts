import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { withOutcomes } from '../outcome-table.ts';
import { groups } from './cases/index.ts';
import type { FrameworkSubject } from './subject.ts';
import type { SuiteCase } from './suite-case.ts';

/** As the page's mark has it. */
const generator = 'node scripts/frameworks.mjs: adapters';
/** Frameworks wait seconds between two attempts at a request. */
const timeoutMs = 60_000;

/**
 * The suite that every framework adapter passes: small apps built with the real framework, asked for through a real
 * runtime, before an engine on the loopback that keeps what it was sent.
 * @param page the Markdown page whose table says what was shown; vitest's `--update` writes it, without it it is compared
 */
export function describeFrameworkAdapter(subject: FrameworkSubject, page: URL): void {
  const { name, gaps = {} } = subject;
  const known = groups.flatMap(({ cases }) => cases.map((one) => one.name));
  const stray = Object.keys(gaps).filter((gap) => !known.includes(gap));
  if (stray.length > 0) throw new TypeError(`${name}: no case is called "${stray.join('", "')}"`);
  /** Cases that have been asserted in this run: the only source of the table. */
  const outcomes = new Map<string, string | undefined>();

  describe(`framework adapter ${name}`, { timeout: timeoutMs, concurrent: false }, () => {
    describe.each(groups.map(({ title, cases }) => [title, cases] as const))('%s', (_, cases) => {
      it.each(cases.map((one): [string, SuiteCase] => [one.name, one]))(
        '%s',
        async (_name, one) => {
          const gap = gaps[one.name];
          const hasPassed = await passes(() => one.check(subject), gap);
          expect(hasPassed, 'declare a gap no longer when it has closed').toBe(gap === undefined);
          outcomes.set(one.name, gap);
        },
      );
    });

    it('is described as it is (renew the table with: node scripts/frameworks.mjs)', async () => {
      const text = await readFile(page, 'utf8');
      const shown = withOutcomes(text, generator, groups, { name, outcomes });
      await expect(shown).toMatchFileSnapshot(fileURLToPath(page));
    });
  });
}

/** @throws what the check threw, when there is no reason for it to fail */
async function passes(check: () => Promise<void>, gap: string | undefined): Promise<boolean> {
  try {
    await check();
    return true;
  } catch (error) {
    if (gap === undefined) throw error;
    return false;
  }
}
