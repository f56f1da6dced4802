import process from 'node:process';
import { parseArgs } from 'node:util';
import type { ArmMessage } from '../arm/arm-messages.ts';
import { graphNames } from '../demo/example-names.ts';
import { defaultSeed, engineSizing, loadSizing } from '../demo/sizing.ts';
import type { FirstFiveSessions } from '../report/report-document.ts';
import { renderPriorTable } from './prior-table.ts';
import { runPriorTrial } from './run-prior-trial.ts';
import { explainEnd, ScriptMistake } from '../script-end.ts';
import { stopOnSignals } from '../stop-request.ts';

const help = `Usage: npm run -s bench:prior -- [--graph NAME] [--seed N] [--json]

The first five sessions of an example graph on the embedded engine under three priors: the declared graph, none, and
the declared graph with its agents mixed up. Graphs: ${graphNames.join(', ')}.
`;

const script = 'bench:prior';
const stop = stopOnSignals(process);

try {
  const { values } = parseArgs({
    options: {
      graph: { type: 'string', default: graphNames[0] },
      seed: { type: 'string', default: String(defaultSeed) },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) process.stdout.write(help);
  else print(await trial(values.graph, values.seed), values.json);
} catch (error) {
  process.exitCode = explainEnd(error, script);
}

async function trial(name: string, seedText: string): Promise<FirstFiveSessions> {
  const graph = graphNames.find((known) => known === name);
  if (graph === undefined) {
    throw new ScriptMistake(`--graph ${name} is not an example; known: ${graphNames.join(', ')}`);
  }
  const seed = Number(seedText);
  if (!/^\d+$/u.test(seedText) || seed >= 2 ** 32) {
    throw new ScriptMistake(`--seed ${seedText} must be a whole number from 0 to ${2 ** 32 - 1}`);
  }
  const { sessions, concurrency, thinkScale } = loadSizing('saturated', false);
  const config = {
    arm: 'cachesage',
    graph,
    target: { kind: 'embedded', ...engineSizing },
    seed,
    sessions,
    concurrency,
    thinkScale,
  } as const;
  let running: string | undefined;
  return runPriorTrial(config, {
    signal: stop.signal,
    onMessage: (treatment, { type }: ArmMessage) => {
      if (type !== 'ready' || treatment === running) return;
      running = treatment;
      process.stderr.write(`prior ${treatment}: running\n`);
    },
  });
}

function print(report: FirstFiveSessions, json: boolean): void {
  process.stdout.write(
    json ? `${JSON.stringify(report, undefined, 2)}\n` : `${renderPriorTable(report)}\n`,
  );
}
