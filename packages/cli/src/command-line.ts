import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { armNames, demoArmNames } from './demo/arm-plan.ts';
import type { ArmName } from './demo/arm-plan.ts';
import type { DemoOptions } from './demo/demo-options.ts';
import {
  frameworkChoices,
  graphNames,
  mistakeIn,
  usualFramework,
  usualGraphsOf,
} from './demo/example-names.ts';
import type { FrameworkChoice, GraphName } from './demo/example-names.ts';
import { doctorCommand } from './doctor/doctor-command.ts';
import type { DoctorOptions } from './doctor/doctor-options.ts';
import { nameList, wholeNumber } from './flag-values.ts';
import { recordCommand } from './record/record-command.ts';
import type { RecordOptions } from './record/record-command.ts';
import { replayCommand } from './replay/replay-command.ts';
import type { ReplayOptions } from './replay/replay-options.ts';
import { spelling } from './spelling.ts';
import { statusCommand } from './status/status-command.ts';
import type { StatusOptions } from './status/status-command.ts';
import { defaultSeed, engineSizing, loadSizing } from './demo/sizing.ts';
import type { Load } from './demo/sizing.ts';

/** What the arguments ask for. Nothing has happened yet. */
export type CommandLine =
  | { readonly kind: 'demo'; readonly options: DemoOptions }
  | { readonly kind: 'doctor'; readonly options: DoctorOptions }
  | { readonly kind: 'record'; readonly options: RecordOptions }
  | { readonly kind: 'replay'; readonly options: ReplayOptions }
  | { readonly kind: 'status'; readonly options: StatusOptions }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'version' }
  /** `text` names the value and the way out. */
  | { readonly kind: 'mistake'; readonly text: string };

const mebibyte = 2 ** 20;

/** Reads the arguments after the command's name. Pure: looks at no file and prints nothing. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  if (args.length === 1 && (args[0] === '--version' || args[0] === '-V'))
    return { kind: 'version' };
  let printed = '';
  let asked: CommandLine | undefined;
  const program = new Command('entresol')
    .description('The agent runtime layer: see on this machine what it gains.')
    .option('-V, --version', 'print the version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => (printed += text),
      writeErr: (text) => (printed += text),
      getOutHelpWidth: () => 78,
      getErrHelpWidth: () => 78,
    });
  program.addCommand(
    demoCommand((given) => {
      asked = { kind: 'demo', options: resolve(given) };
    }).copyInheritedSettings(program),
  );
  program.addCommand(
    doctorCommand((options) => {
      asked = { kind: 'doctor', options };
    }).copyInheritedSettings(program),
  );
  program.addCommand(
    recordCommand((options) => {
      asked = { kind: 'record', options };
    }).copyInheritedSettings(program),
  );
  program.addCommand(
    replayCommand((options) => {
      asked = { kind: 'replay', options };
    }).copyInheritedSettings(program),
  );
  program.addCommand(
    statusCommand((options) => {
      asked = { kind: 'status', options };
    }).copyInheritedSettings(program),
  );
  try {
    program.parse(args.length === 0 ? ['help'] : [...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'help', text: printed };
    return { kind: 'mistake', text: `${error.message}\n${wayOut(args)}\n` };
  }
  if (asked === undefined) throw new Error('The arguments were accepted and no command ran.');
  return asked;
}

interface GivenOptions {
  readonly framework?: FrameworkChoice;
  readonly graph?: GraphName;
  readonly load: Load;
  readonly quick?: true;
  readonly json?: true;
  readonly color: boolean;
  readonly arms?: readonly ArmName[];
  readonly seed: number;
  readonly sessions?: number;
  readonly concurrency?: number;
  readonly slots?: number;
  readonly tierMib?: number;
  readonly model?: string;
  readonly engine?: string;
  readonly record?: string;
  readonly director?: 'script' | 'model';
}

function demoCommand(accept: (options: GivenOptions) => void): Command {
  const ofEmbedded = ['model', 'slots', 'tierMib', 'arms', 'record'];
  return new Command('demo')
    .description(
      'Runs an example multi-agent graph on llama.cpp in this process, the same prompts with and without CacheSage, and prints what differed. Needs no API key, no GPU and no network.',
    )
    .addOption(
      new Option(
        '--framework <name>',
        'framework of the example; all = one of each (default: langgraph)',
      ).choices(frameworkChoices),
    )
    .addOption(
      new Option('--graph <name>', "example graph (default: the framework's first)").choices(
        graphNames,
      ),
    )
    .addOption(
      new Option('--load <load>', 'few sessions at once, or more than the engine has slots')
        .choices(['light', 'saturated'])
        .default('saturated'),
    )
    .option('--quick', 'smoke run: unmodified and cachesage, small; too small to judge by')
    .option('--sessions <n>', 'sessions in all', wholeNumber(1, 10_000))
    .option('--concurrency <n>', 'sessions live at the same time', wholeNumber(1, 1000))
    .option('--seed <n>', 'seed of the planned sessions', wholeNumber(0, 2 ** 32 - 1), defaultSeed)
    .option('--slots <n>', 'slots of the embedded engine', wholeNumber(1, 256))
    .option('--tier-mib <n>', 'room of its second tier in MiB, 0 = none', wholeNumber(0, 2 ** 20))
    .option(
      '--arms <list>',
      'arms beside unmodified and cachesage: fair, bare',
      nameList('an arm', demoArmNames),
    )
    .option('--model <path>', 'GGUF file to run instead of random weights')
    .addOption(
      new Option(
        '--director <who>',
        'who leads the conversations: a script (the same prompts in every arm) or the model; with random weights always the script',
      ).choices(['script', 'model']),
    )
    .addOption(
      new Option('--engine <url>', 'OpenAI-compatible server to measure instead')
        .argParser(serverURL)
        .conflicts(ofEmbedded),
    )
    .option('--record <file>', 'write the events of the cachesage arm, one JSON document a line')
    .option('--json', 'one JSON document on stdout, everything else on stderr')
    .option('--no-color', 'plain text')
    .allowExcessArguments(false)
    .action((given: GivenOptions) => accept(given));
}

function resolve(given: GivenOptions): DemoOptions {
  const quick = given.quick === true;
  const sizing = loadSizing(given.load, quick);
  const sessions = given.sessions ?? sizing.sessions;
  return {
    graphs: chosenGraphs(given),
    load: given.load,
    quick,
    json: given.json === true,
    color: given.color,
    arms: chosenArms(given, quick),
    seed: given.seed,
    sessions,
    concurrency: given.concurrency ?? Math.min(sizing.concurrency, sessions),
    thinkScale: sizing.thinkScale,
    slots: given.slots ?? engineSizing.slots,
    contextTokens: engineSizing.contextTokens,
    tierBytes: given.tierMib === undefined ? engineSizing.tierBytes : given.tierMib * mebibyte,
    ...(given.model === undefined ? {} : { modelPath: given.model }),
    ...(given.engine === undefined ? {} : { serverURL: given.engine }),
    ...(given.director === undefined ? {} : { director: given.director }),
    ...(given.record === undefined ? {} : { recordPath: given.record }),
  };
}

function chosenGraphs({ framework, graph, record }: GivenOptions): readonly GraphName[] {
  if (graph !== undefined) {
    const mistake = mistakeIn([graph], framework);
    if (mistake !== undefined) throw new InvalidArgumentError(mistake);
    return [graph];
  }
  if (framework === 'all' && record !== undefined) {
    throw new InvalidArgumentError(
      'error: --record writes the events of one example; name it with --graph',
    );
  }
  return usualGraphsOf(framework ?? usualFramework);
}

function chosenArms(given: GivenOptions, quick: boolean): readonly ArmName[] {
  if (given.engine !== undefined) return ['unmodified'];
  const optional = given.arms ?? (quick ? [] : ['fair' as const]);
  return armNames.filter(
    (name) => name === 'unmodified' || name === 'cachesage' || optional.includes(name),
  );
}

/** The server's API base; a bare origin gets `/v1`. */
function serverURL(text: string): string {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new InvalidArgumentError('Give a URL such as http://127.0.0.1:8000/v1.');
  }
  if (url.pathname === '/') url.pathname = '/v1';
  return url.href.replace(/\/$/u, '');
}

function wayOut([name = '']: readonly string[]): string {
  if (name === 'demo') return `Run \`${spelling.demo} --help\` for every flag of the demo.`;
  return ['doctor', 'record', 'replay', 'status'].includes(name)
    ? `Run \`${spelling.command} ${name} --help\` for its flags.`
    : `Run \`${spelling.command} --help\` for the commands.`;
}
