import { join } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { armNames } from '../demo/arm-plan.ts';
import type { ArmName } from '../demo/arm-plan.ts';
import {
  frameworkChoices,
  graphNames,
  graphsOf,
  mistakeIn,
  usualFramework,
} from '../demo/example-names.ts';
import type { GraphName } from '../demo/example-names.ts';
import { defaultSeed, engineSizing } from '../demo/sizing.ts';
import { nameList, wholeNumber } from '../flag-values.ts';
import { traceNames, usualPromptTokens, usualTraces } from '../trace-load/trace-task.ts';
import { fileNames, shareAboveZero, tierSpeed } from './bench-flag-values.ts';
import type { BenchOptions, BenchPlan, EngineMemory, TracePlan } from './bench-options.ts';
import type { GivenOptions } from './given-options.ts';

/** What the arguments ask for. Nothing has happened yet. */
export type BenchCommandLine =
  | { readonly kind: 'bench'; readonly options: BenchOptions }
  | { readonly kind: 'help'; readonly text: string }
  /** `text` names the value and the way out. */
  | { readonly kind: 'mistake'; readonly text: string };

const mebibyte = 2 ** 20;
const usualArms: readonly ArmName[] = ['unmodified', 'fair', 'cachesage', 'bare'];
const sweepArms: readonly ArmName[] = ['unmodified', 'fair', 'cachesage'];
/** From far too few to more than all sessions and agents need. */
const sweepSlots = [1, 2, 4, 8, 16] as const;

const usualCalls = 300;
const usualCapacity = 0.6;
/** As many as the replay lab has open. */
const traceConcurrency = 8;

/** Reads the arguments. Looks at no file and prints nothing; `today` names the folder of a new benchmark. */
export function parseBenchCommandLine(
  args: readonly string[],
  today: Date,
  environment: Readonly<Record<string, string | undefined>> = {},
): BenchCommandLine {
  let printed = '';
  let given: GivenOptions | undefined;
  const command = benchCommand((options) => (given = options)).configureOutput({
    writeOut: (text) => (printed += text),
    writeErr: (text) => (printed += text),
    getOutHelpWidth: () => 78,
    getErrHelpWidth: () => 78,
  });
  try {
    command.parse([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'help', text: printed };
    return { kind: 'mistake', text: `${error.message}\n${wayOut}\n` };
  }
  if (given === undefined) throw new Error('The arguments were accepted and no command ran.');
  if (given.resume === true && given.out === undefined) {
    return { kind: 'mistake', text: `error: --resume needs the --out to go on in.\n${wayOut}\n` };
  }
  const { traces, workloads, calls, capacity, promptTokens, arms } = given;
  if (traces === undefined && (workloads ?? calls ?? capacity ?? promptTokens) !== undefined) {
    const text = `error: --workloads, --calls, --capacity and --prompt-tokens need --traces.\n${wayOut}\n`;
    return { kind: 'mistake', text };
  }
  const strangers = mistakeIn(given.graph ?? [], given.framework);
  if (strangers !== undefined) return { kind: 'mistake', text: `${strangers}\n${wayOut}\n` };
  if (traces !== undefined && arms?.includes('oracle') === true) {
    const text = `error: the oracle arm knows example graphs only; leave it out of --arms with --traces.\n${wayOut}\n`;
    return { kind: 'mistake', text };
  }
  return { kind: 'bench', options: resolve(given, today, environment) };
}

const wayOut = 'Run `npm run -s bench:engine -- --help` for every flag.';

function benchCommand(accept: (options: GivenOptions) => void): Command {
  return new Command('bench:engine')
    .description(
      'Measures what CacheSage gains on llama.cpp in this process: paired repeats of the same prompts in every arm, means and 95 % intervals of the paired differences.',
    )
    .exitOverride()
    .option(
      '--graph <names>',
      `example graphs, separated by commas: ${graphNames.join(', ')}`,
      nameList('an example graph', graphNames),
    )
    .addOption(
      new Option(
        '--framework <name>',
        'all example graphs of it, or those that --graph names (default: langgraph)',
      ).choices(frameworkChoices),
    )
    .addOption(
      new Option(
        '--traces [folder]',
        `play recorded workloads instead (default: ENTRESOL_TRACES, else ${usualTraces})`,
      ).conflicts(['graph', 'framework', 'sessions', 'prior', 'director']),
    )
    .option(
      '--workloads <names>',
      `traces to play, separated by commas (default: ${traceNames.join()})`,
      fileNames,
    )
    .option(
      '--calls <n>',
      `least calls of a run of a trace (default: ${usualCalls})`,
      wholeNumber(1, 100_000),
    )
    .addOption(
      new Option(
        '--capacity <share>',
        `slots and second tier over the peak working set of a trace (default: ${usualCapacity})`,
      )
        .argParser(shareAboveZero)
        .conflicts(['tierMib', 'sweep']),
    )
    .option(
      '--prompt-tokens <n>',
      `mean prompt that a trace is scaled down to (default: ${usualPromptTokens})`,
      wholeNumber(16, 1_000_000),
    )
    .addOption(
      new Option('--load <load>', 'saturated unless told otherwise').choices([
        'light',
        'saturated',
        'both',
      ]),
    )
    .option(
      '--repeats <n>',
      'paired repeats, each with sessions of its own',
      wholeNumber(1, 1000),
      4,
    )
    .option(
      '--minutes <n>',
      'begin no repeat that would end later; every row gets one (default: no limit)',
      wholeNumber(1, 10_000),
    )
    .option('--arms <list>', `of ${armNames.join(', ')}`, nameList('an arm', armNames))
    .option('--sweep', 'one row per number of slots, the second tier scaled with it')
    .option('--tier-mbps <n>', 'slow the second tier to MB/s, or `auto-8b`', tierSpeed)
    .option('--seed <n>', 'seed of all repeats', wholeNumber(0, 2 ** 32 - 1), defaultSeed)
    .option('--sessions <n>', 'sessions of one run', wholeNumber(1, 10_000))
    .option('--concurrency <n>', 'sessions live at the same time', wholeNumber(1, 1000))
    .addOption(
      new Option('--slots <n>', 'slots of the engine')
        .argParser(wholeNumber(1, 256))
        .conflicts('sweep'),
    )
    .option('--tier-mib <n>', 'room of the second tier in MiB', wholeNumber(0, 2 ** 20))
    .option(
      '--context-tokens <n>',
      'tokens that a slot holds',
      wholeNumber(512, 1_000_000),
      engineSizing.contextTokens,
    )
    .option('--model <path>', 'GGUF file to run instead of random weights')
    .addOption(
      new Option('--random-model <size>', 'size of the random weights: 6 MB or 2 GB')
        .choices(['small', '1b'])
        .conflicts('model'),
    )
    .addOption(
      new Option('--gpu <backend>', 'run llama.cpp on a GPU').choices([
        'auto',
        'cuda',
        'metal',
        'vulkan',
      ]),
    )
    .addOption(
      new Option('--director <who>', 'who leads the conversations of a real model')
        .choices(['script', 'model'])
        .default('script'),
    )
    .option('--prior', 'try the declared graph as prior too: three runs of five sessions a row')
    .option('--out <folder>', 'keeps every finished run (default: a new folder in bench/results)')
    .option('--resume', 'skip the runs that --out holds already')
    .option('--json', 'one JSON document on stdout, everything else on stderr')
    .option('--no-color', 'plain text')
    .allowExcessArguments(false)
    .action((options: GivenOptions) => accept(options));
}

function resolve(
  given: GivenOptions,
  today: Date,
  environment: Readonly<Record<string, string | undefined>>,
): BenchOptions {
  const stamp = today.toISOString().slice(0, 19).replaceAll(':', '-');
  return {
    json: given.json === true,
    color: given.color,
    out: given.out ?? join('bench', 'results', stamp),
    resume: given.resume === true,
    plan: planOf(given, tracePlanOf(given, environment)),
  };
}

function tracePlanOf(
  given: GivenOptions,
  environment: Readonly<Record<string, string | undefined>>,
): TracePlan | undefined {
  const { traces, workloads = traceNames, calls = usualCalls } = given;
  if (traces === undefined) return undefined;
  const usual = environment['ENTRESOL_TRACES'] ?? usualTraces;
  const sizesItself = given.tierMib !== undefined || given.sweep === true;
  const capacity = given.capacity ?? (sizesItself ? undefined : usualCapacity);
  return {
    folder: traces === true ? usual : traces,
    workloads,
    calls,
    promptTokens: given.promptTokens ?? usualPromptTokens,
    ...(capacity === undefined ? {} : { capacity }),
  };
}

function planOf(given: GivenOptions, traces: TracePlan | undefined): BenchPlan {
  const sweep = given.sweep === true;
  const wanted = given.arms ?? (sweep || traces !== undefined ? sweepArms : usualArms);
  const concurrency = given.concurrency ?? (traces === undefined ? undefined : traceConcurrency);
  const load = given.load ?? 'saturated';
  return {
    graphs: traces === undefined ? chosenGraphs(given) : [],
    ...(traces === undefined ? {} : { traces }),
    loads: load === 'both' ? ['saturated', 'light'] : [load],
    arms: armNames.filter(
      (name) => name === 'unmodified' || name === 'cachesage' || wanted.includes(name),
    ),
    repeats: given.repeats,
    seed: given.seed,
    memory: memoryOf(given, sweep),
    contextTokens: given.contextTokens,
    tierSpeed: given.tierMbps ?? 'full',
    sweep,
    director: given.director,
    prior: given.prior === true,
    ...(given.minutes === undefined ? {} : { minutes: given.minutes }),
    ...(given.sessions === undefined ? {} : { sessions: given.sessions }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(given.model === undefined ? {} : { modelPath: given.model }),
    ...(given.randomModel === undefined ? {} : { randomModel: given.randomModel }),
    ...(given.gpu === undefined ? {} : { gpu: given.gpu }),
  };
}

function chosenGraphs({ framework, graph }: GivenOptions): readonly GraphName[] {
  if (graph === undefined) return graphsOf(framework ?? usualFramework);
  return graphNames.filter((name) => graph.includes(name));
}

/** A sweep changes how much fits: slots and second tier grow together. */
function memoryOf(given: GivenOptions, sweep: boolean): readonly EngineMemory[] {
  const tierBytes = given.tierMib === undefined ? engineSizing.tierBytes : given.tierMib * mebibyte;
  if (!sweep) return [{ slots: given.slots ?? engineSizing.slots, tierBytes }];
  const tierPerSlot = tierBytes / engineSizing.slots;
  return sweepSlots.map((slots) => ({ slots, tierBytes: Math.round(tierPerSlot * slots) }));
}
