import { Command, Option } from 'commander';
import { graphNames } from '../demo/example-names.ts';
import type { GraphName } from '../demo/example-names.ts';
import { defaultSeed, loadSizing } from '../demo/sizing.ts';
import { wholeNumber } from '../flag-values.ts';

/** What `entresol record` was asked to do, checked and complete. */
export interface RecordOptions {
  readonly graph: GraphName;
  readonly out: string;
  readonly overwrite: boolean;
  readonly sessions: number;
  readonly concurrency: number;
  readonly seed: number;
  /** Factor on the planned pauses of the users. */
  readonly thinkScale: number;
  /** GGUF file; absent = random weights. */
  readonly modelPath?: string;
}

interface Given {
  readonly graph: GraphName;
  readonly out: string;
  readonly force?: true;
  readonly sessions?: number;
  readonly concurrency?: number;
  readonly seed: number;
  readonly model?: string;
}

const ownApp = `
Your own app is recorded in its own process:

  import { recordTo } from '@entresol/replay/node';
  const recording = recordTo('trace.jsonl');
  const runtime = createRuntime({ engines, policies: [recording] });
  ...
  await runtime.close();
  console.log(await recording.close());

A recording has counts, times, agent and tool names, and no text: docs/replay/traces.md.`;

/** `entresol record` and its flags. */
export function recordCommand(accept: (options: RecordOptions) => void): Command {
  return new Command('record')
    .description(
      'Runs an example multi-agent graph on llama.cpp in this process and records it as a trace that `entresol replay` plays. Needs no API key, no GPU and no network.',
    )
    .addOption(
      new Option('--graph <name>', 'example graph').choices(graphNames).makeOptionMandatory(),
    )
    .requiredOption('--out <file>', 'trace to write, one JSON document a line')
    .option('--force', 'replace the file when it is there')
    .option('--sessions <n>', 'sessions in all', wholeNumber(1, 10_000))
    .option('--concurrency <n>', 'sessions live at the same time', wholeNumber(1, 1000))
    .option('--seed <n>', 'seed of the planned sessions', wholeNumber(0, 2 ** 32 - 1), defaultSeed)
    .option('--model <path>', 'GGUF file to run instead of random weights')
    .addHelpText('after', ownApp)
    .allowExcessArguments(false)
    .action((given: Given) => accept(complete(given)));
}

function complete({ graph, out, force, seed, model, ...given }: Given): RecordOptions {
  const sizing = loadSizing('saturated', false);
  const sessions = given.sessions ?? sizing.sessions;
  return {
    graph,
    out,
    overwrite: force === true,
    sessions,
    concurrency: given.concurrency ?? Math.min(sizing.concurrency, sessions),
    seed,
    thinkScale: sizing.thinkScale,
    ...(model === undefined ? {} : { modelPath: model }),
  };
}
