import process from 'node:process';
import { parseArgs } from 'node:util';
import { measureRows } from './measure-rows.ts';
import { measurementsOf } from './measurements.ts';
import type { PolicyRow } from './policy-row.ts';
import { renderPoliciesTable } from './policies-table.ts';
import { explainEnd, ScriptMistake } from '../script-end.ts';

const help = `Usage: npm run -s bench:policies -- [--policy NAME] [--workload TEXT] [--seed N] [--pairs N] [--quick] [--json]

What each policy does to the figure it is for, without it and with it on the same seeds, and to a workload where it
must do no harm. The interval is that of the mean difference over the pairs. \`modelled\` rows count the requests that
were sent as an engine with a block cache would; \`measured\` ones are what ran: on an engine that computes nothing, but
where a row names the embedded one, in real time: about ten minutes of all. Traces are read from ENTRESOL_TRACES, else
../shared/traces; without them their rows are left out.

  --policy NAME    only this policy; may be given several times
  --workload TEXT  only workloads whose name contains this
  --seed N         first seed, a whole number; 1 by default
  --pairs N        seeds of each workload that needs more than one, instead of its own number
  --quick          fewer seeds and keys: shows that everything runs, its figures are not for publication
  --json           [{ policy, workload, metric, without, with, unit, low, high, expectedToHelp, threshold, met, … }]
`;

const script = 'bench:policies';
// Signals keep their default, which ends the process at once: there is nothing to keep, virtual time leaves a handler no
// turn, and what the embedded engine has saved it sweeps at its next start.
const { signal } = new AbortController();

try {
  const { values } = parseArgs({
    options: {
      policy: { type: 'string', multiple: true, default: [] },
      workload: { type: 'string', default: '' },
      seed: { type: 'string', default: '1' },
      pairs: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) process.stdout.write(help);
  else print(await measureAll(values), values.json);
} catch (error) {
  process.exitCode = explainEnd(error, script);
}

interface Wanted {
  readonly policy: readonly string[];
  readonly workload: string;
  readonly seed: string;
  readonly pairs?: string | undefined;
  readonly quick: boolean;
}

async function measureAll({
  policy,
  workload,
  seed,
  pairs,
  quick,
}: Wanted): Promise<readonly PolicyRow[]> {
  const firstSeed = wholeNumber('--seed', seed, 0, 2 ** 31 - 1);
  const wanted = pairs === undefined ? {} : { pairs: wholeNumber('--pairs', pairs, 1, 100) };
  const all = measurementsOf(quick ? 'quick' : 'full');
  const known = new Set(all.map((one) => one.policy));
  const stranger = policy.find((name) => !known.has(name));
  if (stranger !== undefined) {
    throw new ScriptMistake(
      `--policy ${stranger} is not measured; known: ${[...known].join(', ')}`,
    );
  }
  const chosen = all.filter(
    (one) =>
      (policy.length === 0 || policy.includes(one.policy)) && one.workload.includes(workload),
  );
  if (chosen.length === 0) {
    throw new ScriptMistake(`no workload of these policies has "${workload}" in its name`);
  }
  const rows: PolicyRow[] = [];
  for (const one of chosen) {
    const reason = await one.unavailable?.();
    process.stderr.write(
      `${one.policy}: ${one.workload}${reason === undefined ? '' : `: left out: ${reason}`}\n`,
    );
    if (reason !== undefined) continue;
    rows.push(...(await measureRows(one, { firstSeed, quick, ...wanted, signal })));
  }
  return rows;
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/u.test(text) && value >= least && value <= most) return value;
  throw new ScriptMistake(`${option} ${text} must be a whole number from ${least} to ${most}`);
}

function print(rows: readonly PolicyRow[], json: boolean): void {
  process.stdout.write(
    json ? `${JSON.stringify(rows, undefined, 2)}\n` : `${renderPoliciesTable(rows)}\n`,
  );
}
