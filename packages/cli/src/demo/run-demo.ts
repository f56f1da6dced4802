import { rename, rm } from 'node:fs/promises';
import type { Clock } from '@entresol/runtime-core';
import type { ArmMessage, ArmResult } from '../arm/arm-messages.ts';
import { renderFinalReport } from '../report/final-report.ts';
import { comparePrompts } from '../report/prompt-equality.ts';
import type { PromptEquality } from '../report/prompt-equality.ts';
import type { EngineReport } from '../report/report-document.ts';
import { speaksUtf8, toAscii } from '../terminal/glyphs.ts';
import { createPalette, wantsColour } from '../terminal/palette.ts';
import { createProgress } from '../terminal/progress.ts';
import type { Progress } from '../terminal/progress.ts';
import { againCommand } from './again-command.ts';
import { armConfig } from './arm-configs.ts';
import type { ArmName } from './arm-plan.ts';
import { runArmProcess } from './arm-process.ts';
import { hitRateOf, progressOf } from './arm-progress.ts';
import { buildDocument } from './build-document.ts';
import type { ArmResults } from './build-document.ts';
import { checkFiles } from './check-files.ts';
import type { GraphName } from './example-names.ts';
import type { DemoOptions } from './demo-options.ts';
import { describeMachine } from './machine-report.ts';

/** What the demo is lent: streams, time, and the wish to stop. */
export interface DemoHost {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Runs the arms one after the other and prints the result: on stdout the document or the table, on stderr the rest.
 * @returns false when the arms turned out not to be comparable; everything is printed all the same
 * @throws {FlagError} before anything started; {ArmProcessError} when an arm failed; the signal's reason when aborted
 */
export async function runDemo(options: DemoOptions, host: DemoHost): Promise<boolean> {
  await checkFiles(options);
  const progress = createProgress({
    stream: host.stderr,
    palette: createPalette(wantsColour(host.stderr, host.environment, options.color)),
    clock: host.clock,
    environment: host.environment,
  });
  let results: ReadonlyMap<GraphName, ArmResults>;
  try {
    progress.say(headline(options));
    results = await runGraphs(options, host, progress);
  } finally {
    progress.stop();
  }
  const document = buildDocument(options, results, await describeMachine());
  const prompts = comparePrompts(requestsOf(options, results));
  if (options.json) {
    host.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
  } else {
    const text = renderFinalReport(document, {
      columns: host.stdout.columns ?? 78,
      palette: createPalette(wantsColour(host.stdout, host.environment, options.color)),
      quick: options.quick,
      prompts,
      again: againCommand(options),
    });
    host.stdout.write(`\n${speaksUtf8(host.environment) ? text : toAscii(text)}\n`);
  }
  const scripted = document.engine.weights === 'random' || options.director === 'script';
  return judgePrompts(prompts, scripted, host.stderr);
}

/** What each arm sent, over all graphs. */
function requestsOf(options: DemoOptions, results: ReadonlyMap<GraphName, ArmResults>) {
  return options.arms.map((name) => ({
    name,
    requests: [...results.values()].flatMap((arms) => arms.get(name)?.requests ?? []),
  }));
}

async function runGraphs(
  options: DemoOptions,
  host: DemoHost,
  progress: Progress,
): Promise<ReadonlyMap<GraphName, ArmResults>> {
  const results = new Map<GraphName, ArmResults>();
  const partialRecord =
    options.recordPath === undefined ? undefined : `${options.recordPath}.partial`;
  try {
    for (const graph of options.graphs) {
      results.set(graph, await runArms(graph, options, host, progress, partialRecord));
    }
    if (partialRecord !== undefined && options.recordPath !== undefined) {
      await rename(partialRecord, options.recordPath);
    }
    return results;
  } finally {
    if (partialRecord !== undefined) await rm(partialRecord, { force: true });
  }
}

async function runArms(
  graph: GraphName,
  options: DemoOptions,
  host: DemoHost,
  progress: Progress,
  partialRecord: string | undefined,
): Promise<ArmResults> {
  const results = new Map<ArmName, ArmResult>();
  const startedAtMs = host.clock.now();
  let setUp = false;
  for (const arm of options.arms) {
    const onMessage = (message: ArmMessage) => {
      if (message.type === 'ready' && !setUp) {
        setUp = true;
        progress.phase('set-up', engineLine(message.engine), host.clock.now() - startedAtMs);
        progress.begin(graph, options.load, options.arms.length);
      }
      if (message.type === 'progress') {
        progress.arm({ name: arm, finished: false, ...progressOf(message) });
      }
    };
    const config = armConfig(arm, graph, options, partialRecord);
    const result = await runArmProcess(config, { signal: host.signal, onMessage });
    results.set(arm, result);
    progress.arm({ name: arm, finished: true, done: 1, ...hitRateOf(result) });
  }
  progress.finish();
  return results;
}

function headline(options: DemoOptions): string {
  const size = options.quick ? '; smoke run, too small to judge by' : '';
  const where = options.serverURL ?? `llama.cpp, ${options.slots} slots`;
  return `Entresol demo   ${where}, seed ${options.seed}${size}`;
}

function engineLine({ weights, model }: EngineReport): string {
  return `engine ready, ${weights === 'random' ? 'random weights (text is noise, compute is real)' : model}`;
}

/** Where a script leads the conversations, unlike prompts mean that the comparison is broken. */
function judgePrompts(
  prompts: PromptEquality,
  scripted: boolean,
  stderr: NodeJS.WriteStream,
): boolean {
  if (prompts.equal) return true;
  const counts = Object.entries(prompts.differing).map(([name, count]) => `${name} ${count}`);
  const what = `The arms did not send the same prompts (unlike unmodified: ${counts.join(', ')})`;
  stderr.write(
    scripted
      ? `${what}: the figures cannot be compared.\n`
      : `${what}: with a real model its replies lead the conversation.\n`,
  );
  return !scripted;
}
