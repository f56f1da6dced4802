import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { EngineDriver } from '@entresol/runtime-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeNoPrefetch, describePrefetch, describeSubmit } from './background.ts';
import { BenchDriver } from './bench-driver.ts';
import { describeCostAndLoad } from './cost-and-load.ts';
import { describeIdentify } from './identify.ts';
import { describeRefusals, describeUnsupportedField } from './refusals.ts';
import { withShown, type DriverPage } from './shown-outcomes.ts';
import {
  describeCachedTokens,
  describeRequests,
  describeResidency,
  describeUnaskedUsage,
} from './requests.ts';
import { chatCompletions, messagesApi } from './wire.ts';

/** What a driver may be unable to do. Everything else is asked of every driver. */
export type DriverAbility =
  | 'prefetch'
  | 'cached-tokens'
  | 'unsupported-fields'
  /** Usage of a stream whose app did not ask for it. */
  | 'unasked-usage'
  /** What is held after a call. */
  | 'residency';

/** An ability that is lacking, with the reason. */
export type Lacks = Readonly<Partial<Record<DriverAbility, string>>>;

export interface DriverConformanceOptions {
  readonly lacks?: Lacks;
  /** Why the suite cannot run now: a server that is not there. Skipped, and said so. */
  readonly skip?: string | undefined;
  /** The API that requests are written for; OpenAI's chat completions by default. */
  readonly api?: 'chat-completions' | 'messages';
  /** Name of the model in requests; `conformance` by default. */
  readonly model?: string;
  /** Longest reply that is asked for, in tokens; 8 by default. */
  readonly maxTokens?: number;
  /** Tokens of one block where the engine's cache hits come in whole ones; 1 by default. */
  readonly blockTokens?: number;
  /** Length of system prompts in words; 120 by default. More where the engine keeps only long prompts. */
  readonly roleWords?: number;
  /** Fields that the engine must refuse; `{ n: 2 }` by default. */
  readonly unsupported?: Readonly<Record<string, unknown>>;
  /** The page that shows what this driver passes; a driver without one is not shown. */
  readonly page?: DriverPage;
  /** Limit of opening, and of each test; 120 s by default, since a model may have to be made and loaded. */
  readonly timeoutMs?: number;
}

/**
 * The suite that every engine driver passes. One driver is made, opened, and used by all tests in order; prompts are
 * about 200 tokens long and the driver must be new, with room for at least two of them.
 */
export function describeEngineDriver(
  name: string,
  makeDriver: () => EngineDriver | Promise<EngineDriver>,
  options: DriverConformanceOptions = {},
): void {
  const { lacks = {}, unsupported = { n: 2 }, timeoutMs = 120_000, blockTokens = 1 } = options;
  const prompts = {
    wire: options.api === 'messages' ? messagesApi : chatCompletions,
    model: options.model ?? 'conformance',
    maxTokens: options.maxTokens ?? 8,
    roleWords: options.roleWords ?? 120,
  };
  const gaps = Object.entries(lacks).map(([ability, reason]) => {
    if (reason.trim() === '') throw new TypeError(`why does ${name} lack ${ability}?`);
    return `${ability}: ${reason}`;
  });
  const title = gaps.length === 0 ? name : `${name} (lacks ${gaps.join('; ')})`;

  const skipped = options.skip === undefined ? '' : `, skipped: ${options.skip}`;

  describe.skipIf(skipped !== '')(
    `engine driver ${title}${skipped}`,
    { timeout: timeoutMs, concurrent: false },
    () => {
      let made: BenchDriver | undefined;
      const bench = (): BenchDriver => {
        if (made === undefined) throw new TypeError('the driver was not made');
        return made;
      };
      beforeAll(async () => {
        made = new BenchDriver(await makeDriver(), prompts, blockTokens);
        await made.open();
      }, timeoutMs);
      afterAll(() => made?.driver.close(), timeoutMs);

      it('opens once: opening again says the same', async () => {
        const before = bench().capabilities;
        expect(await bench().open()).toStrictEqual(before);
        expect(before.minWarmTokens).toBeGreaterThanOrEqual(0);
      });

      describeIdentify(bench);
      describeCostAndLoad(bench);
      describeRequests(bench);
      const abilities = new Set<string>();
      /** Tests of an ability: there for every driver, and skipped where it is declared to be lacking. */
      const needing = (ability: DriverAbility, tests: () => void): void => {
        abilities.add(ability);
        const group = lacks[ability] === undefined ? describe : describe.skip;
        group.each([ability])('%s', () => {
          tests();
        });
      };
      needing('unasked-usage', () => describeUnaskedUsage(bench));
      needing('residency', () => describeResidency(bench));
      needing('cached-tokens', () => describeCachedTokens(bench));
      describeRefusals(bench);
      needing('unsupported-fields', () => describeUnsupportedField(bench, unsupported));
      needing('prefetch', () => describePrefetch(bench));
      if (lacks.prefetch !== undefined) describeNoPrefetch(bench);
      describeSubmit(bench);

      it('closes twice like once, and leaves no ticket open', async () => {
        const { driver, host } = bench();
        const ticket = bench().prefetch(bench().rolePrefix('too late'));
        driver.submit(ticket);
        await driver.close();
        await driver.close();
        expect(host.outcomesOf(ticket)).toHaveLength(1);
      });

      const { page } = options;
      if (page === undefined) return;
      it('is described as it is (renew the table with: node scripts/engines.mjs)', async ({
        task,
      }) => {
        const text = await readFile(page.at, 'utf8');
        const shown = withShown(text, page.column, task.suite, lacks, abilities);
        await expect(shown).toMatchFileSnapshot(fileURLToPath(page.at));
      });
    },
  );
}
