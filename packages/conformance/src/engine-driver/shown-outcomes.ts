import type { RunnerTask, RunnerTestSuite } from 'vitest';
import { withOutcomes } from '../outcome-table.ts';
import type { Lacks } from './describe-engine-driver.ts';

/** As the page's mark has it. */
const generator = 'node scripts/engines.mjs';

/** Where a driver's outcomes are shown, and under which name. */
export interface DriverPage {
  readonly at: URL;
  readonly column: string;
}

const mayLack = 'abilities that may be lacking';

interface Group {
  readonly title: string;
  readonly cases: { readonly name: string }[];
}

/**
 * A page with what the tests of a suite have just shown. A test that has not passed is shown as the gap that was declared
 * for it.
 * @param suite - of the driver, with all of its tests behind it
 * @param abilities - titles of the groups that a driver may lack
 * @throws {Error} for a test that has neither passed nor been declared
 */
export function withShown(
  page: string,
  name: string,
  suite: RunnerTestSuite | undefined,
  lacks: Lacks,
  abilities: ReadonlySet<string>,
): string {
  const groups = new Map<string, Group>();
  const outcomes = new Map<string, string | undefined>();
  const look = (task: RunnerTask, title: string, reason: string | undefined): void => {
    if (task.type === 'suite') {
      const gap = Object.entries(lacks).find(([ability]) => ability === task.name)?.[1];
      const group = abilities.has(task.name) ? mayLack : task.name;
      for (const one of task.tasks) look(one, group, gap ?? reason);
      return;
    }
    const group = groups.get(title) ?? { title, cases: [] };
    groups.set(title, group);
    group.cases.push({ name: task.name });
    if (task.result?.state === 'pass') outcomes.set(task.name, undefined);
    else if (reason !== undefined && task.mode === 'skip') outcomes.set(task.name, reason);
  };
  for (const task of suite?.tasks ?? [])
    if (task.type === 'suite') look(task, task.name, undefined);
  return withOutcomes(page, generator, [...groups.values()], { name, outcomes });
}
