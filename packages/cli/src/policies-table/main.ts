import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { replaceMarked } from '../report/marked-part.ts';
import { builtPolicies, shapeOf } from './built-policies.ts';
import { plannedPolicies } from './planned-policies.ts';
import { explainEnd } from '../script-end.ts';
import { plannedPage, policiesTable } from './policies-pages.ts';

const help = `Usage: npm run -s docs:policies -- [--check]

Writes the table of docs/policies/README.md and the pages of the policies that are not written yet, from the code.
--check only compares, and fails where a page differs.
`;

const root = new URL('../../../../docs/policies/', import.meta.url);
try {
  const { values } = parseArgs({
    options: {
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) process.stdout.write(help);
  else write(values.check);
} catch (error) {
  process.exitCode = explainEnd(error, 'docs:policies');
}

function write(onlyCheck: boolean): void {
  const index = new URL('README.md', root);
  const table = policiesTable(builtPolicies.map(shapeOf), plannedPolicies);
  const pages = [
    [
      index,
      replaceMarked(readFileSync(index, 'utf8'), table, { page: 'README.md', mark: 'table' }),
    ],
    ...plannedPolicies.map((one) => [new URL(`${one.name}.md`, root), plannedPage(one)] as const),
  ] as const;
  for (const [file, text] of pages) {
    if (!onlyCheck) writeFileSync(file, text);
    else if (readFileSync(file, 'utf8') !== text) {
      process.stderr.write(
        `${file.pathname} differs from the code: run \`npm run docs:policies\`\n`,
      );
      process.exitCode = 1;
    }
  }
}
