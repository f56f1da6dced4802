import { checkModel } from '../demo/check-files.ts';
import type { DemoHost } from '../demo/run-demo.ts';
import { describeMachine } from '../demo/machine-report.ts';
import { createPalette, wantsColour } from '../terminal/palette.ts';
import { createProgress } from '../terminal/progress.ts';
import { speaksUtf8, toAscii } from '../terminal/glyphs.ts';
import { benchCommand } from './bench-command.ts';
import type { BenchDocument } from './bench-document.ts';
import type { BenchOptions } from './bench-options.ts';
import { renderBenchReport } from './bench-report.ts';
import { buildBenchDocument } from './build-bench-document.ts';
import { measurePoints } from './measure-points.ts';
import { loadTraces } from './planned-traces.ts';
import { RunStore } from './run-store.ts';

/**
 * Measures what is missing and prints the result: on stdout the document or the table, on stderr the rest.
 * @returns false when arms turned out not to be comparable; everything is printed all the same
 * @throws {FlagError}, {TraceError} or {RunStoreError} before anything started; {ArmProcessError} when an arm failed; the signal's
 *   reason when aborted
 */
export async function runBench(options: BenchOptions, host: DemoHost): Promise<boolean> {
  const { plan } = options;
  if (plan.modelPath !== undefined) await checkModel(plan.modelPath);
  const traces = await loadTraces(plan);
  const machine = await describeMachine();
  const store = await RunStore.open(options.out, { commit: machine.commit, plan }, options.resume);
  const progress = createProgress({
    stream: host.stderr,
    palette: createPalette(wantsColour(host.stderr, host.environment, options.color)),
    clock: host.clock,
    environment: host.environment,
  });
  let document: BenchDocument;
  try {
    progress.say(`Entresol engine benchmark   runs are kept in ${store.folder}`);
    const { measured, tierBytesPerSecond } = await measurePoints(plan, traces, {
      store,
      progress,
      clock: host.clock,
      signal: host.signal,
    });
    document = buildBenchDocument(measured, {
      command: benchCommand(plan),
      date: new Date().toISOString().slice(0, 10),
      machine,
      seed: plan.seed,
      tierBytesPerSecond: tierBytesPerSecond ?? null,
      sweep: plan.sweep,
    });
  } finally {
    progress.stop();
  }
  if (options.json) {
    host.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
  } else {
    const palette = createPalette(wantsColour(host.stdout, host.environment, options.color));
    const text = renderBenchReport(document, { columns: host.stdout.columns ?? 78, palette });
    host.stdout.write(`\n${speaksUtf8(host.environment) ? text : toAscii(text)}\n`);
  }
  return judge(document, host.stderr);
}

/** With random weights a script leads the conversations, so unlike prompts mean that the comparison is broken. */
function judge({ engine, workloads }: BenchDocument, stderr: NodeJS.WriteStream): boolean {
  const broken = workloads.filter(
    ({ repeats, repeatsWithEqualPrompts }) => repeatsWithEqualPrompts < repeats,
  );
  if (broken.length === 0 || engine.weights !== 'random') return true;
  const names = broken.map(({ name, load }) => `${name} ${load}`);
  stderr.write(`The arms did not send the same prompts (${names.join(', ')}).\n`);
  return false;
}
