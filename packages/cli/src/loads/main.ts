import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { graphNames } from '../demo/example-names.ts';
import { replaceMarked } from '../report/marked-part.ts';
import { loadFigures, loadTable } from './load-figures.ts';
import { explainEnd, ScriptMistake } from '../script-end.ts';
import { stopOnSignals } from '../stop-request.ts';

const help = `Usage: npm run -s bench:loads -- [--graph NAME] [--json] [--write | --check]

What the example graphs ask of an engine: calls per session and size of requests over 80 scripted sessions.
--write puts the tables into the examples' READMEs, --check fails where they differ.
Graphs: ${graphNames.join(', ')}.
`;
const seed = 3;
const sessions = 80;

const script = 'bench:loads';
const stop = stopOnSignals(process);

try {
  const { values } = parseArgs({
    options: {
      graph: { type: 'string' },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) process.stdout.write(help);
  else await print(values);
} catch (error) {
  process.exitCode = explainEnd(error, script);
}

interface Wanted {
  readonly graph?: string | undefined;
  readonly json: boolean;
  readonly write: boolean;
  readonly check: boolean;
}

async function print({ graph, json, write, check }: Wanted): Promise<void> {
  const graphs = graph === undefined ? graphNames : graphNames.filter((known) => known === graph);
  if (graphs.length === 0) {
    throw new ScriptMistake(`--graph ${graph} is not an example; known: ${graphNames.join(', ')}`);
  }
  for (const name of graphs) {
    const figures = await loadFigures({ graph: name, seed, sessions }, stop.signal);
    const page = `examples/${name}/README.md`;
    const file = new URL(`../../../../${page}`, import.meta.url);
    if (write || check) {
      const text = readFileSync(file, 'utf8');
      const current = replaceMarked(text, loadTable(figures), { page, mark: 'load' });
      if (write) writeFileSync(file, current);
      else if (current !== text) {
        process.stderr.write(
          `${page} shows another load: run \`npm run bench:loads -- --write\`\n`,
        );
        process.exitCode = 1;
      }
    } else if (json) process.stdout.write(`${JSON.stringify(figures)}\n`);
    else process.stdout.write(`${loadTable(figures)}\n\n`);
  }
}
