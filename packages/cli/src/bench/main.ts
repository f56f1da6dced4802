import process from 'node:process';
import { TraceError } from '@entresol/replay';
import { systemClock } from '@entresol/runtime-core';
import { ArmProcessError } from '../demo/arm-process.ts';
import { FlagError } from '../demo/check-files.ts';
import { exitCodes, stopOnSignals, StopRequest } from '../stop-request.ts';
import { parseBenchCommandLine } from './bench-command-line.ts';
import type { BenchOptions } from './bench-options.ts';
import { runBench } from './run-bench.ts';
import { RunStoreError } from './run-store.ts';

const commandLine = parseBenchCommandLine(process.argv.slice(2), new Date(), process.env);
if (commandLine.kind === 'help') process.stdout.write(commandLine.text);
else if (commandLine.kind === 'mistake') {
  process.stderr.write(commandLine.text);
  process.exitCode = exitCodes.mistake;
} else {
  process.exitCode = await bench(commandLine.options);
}

async function bench(options: BenchOptions): Promise<number> {
  const stop = stopOnSignals(process);
  try {
    const comparable = await runBench(options, {
      stdout: process.stdout,
      stderr: process.stderr,
      environment: process.env,
      clock: systemClock,
      signal: stop.signal,
    });
    return comparable ? 0 : exitCodes.failed;
  } catch (error) {
    return explain(error, options);
  }
}

function explain(error: unknown, { out }: BenchOptions): number {
  if (error instanceof StopRequest) {
    process.stderr.write(
      `Stopped. Finished runs are kept: the same command with --out ${out} --resume goes on.\n`,
    );
    return error.exitCode;
  }
  if (error instanceof FlagError || error instanceof RunStoreError || error instanceof TraceError) {
    process.stderr.write(`error: ${error.message}\n`);
    return exitCodes.mistake;
  }
  if (error instanceof ArmProcessError) {
    const output = error.output === '' ? '' : `It said:\n${error.output.trimEnd()}\n`;
    process.stderr.write(
      `error: ${error.message}\n${output}Finished runs are kept: --out ${out} --resume goes on.\n`,
    );
    return exitCodes.failed;
  }
  process.stderr.write(`error: ${error instanceof Error ? error.stack : String(error)}\n`);
  return exitCodes.failed;
}
