#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { EngineError, systemClock } from '@entresol/runtime-core';
import { fileStateStore } from '@entresol/runtime-core/node';
import { parseCommandLine } from './command-line.ts';
import { ArmProcessError } from './demo/arm-process.ts';
import { FlagError } from './demo/check-files.ts';
import type { DemoOptions } from './demo/demo-options.ts';
import { DoctorError } from './doctor/doctor-error.ts';
import { runDoctor } from './doctor/run-doctor.ts';
import type { DoctorOptions } from './doctor/doctor-options.ts';
import { runDemo } from './demo/run-demo.ts';
import type { RecordOptions } from './record/record-command.ts';
import { runRecord } from './record/run-record.ts';
import { ReplayError } from './replay/replay-pool.ts';
import type { ReplayOptions } from './replay/replay-options.ts';
import { runReplay } from './replay/run-replay.ts';
import { readStatus } from './status/run-status.ts';
import type { StatusOptions } from './status/status-command.ts';
import { exitCodes, stopOnSignals, StopRequest } from './stop-request.ts';

const commandLine = parseCommandLine(process.argv.slice(2));
if (commandLine.kind === 'help') process.stdout.write(commandLine.text);
else if (commandLine.kind === 'version') {
  const manifest: { readonly version: string } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  );
  process.stdout.write(`${manifest.version}\n`);
} else if (commandLine.kind === 'mistake') {
  process.stderr.write(commandLine.text);
  process.exitCode = exitCodes.mistake;
} else if (commandLine.kind === 'doctor') {
  // The app's module may have opened servers or timers of its own, which would keep the process alive.
  process.exit(await doctor(commandLine.options));
} else if (commandLine.kind === 'record') {
  // Native threads of the engine may keep the process alive.
  process.exit(await record(commandLine.options));
} else if (commandLine.kind === 'status') {
  process.exitCode = await status(commandLine.options);
} else if (commandLine.kind === 'replay') {
  process.exitCode = await replay(commandLine.options);
} else {
  process.exitCode = await demo(commandLine.options);
}

async function status({ state, json }: StatusOptions): Promise<number> {
  try {
    const text = await readStatus(fileStateStore(state), { json });
    if (text !== undefined) {
      process.stdout.write(text);
      return 0;
    }
    process.stderr.write(
      `error: ${state} holds no ledger; the app needs createRuntime({ trial: {}, state: fileStateStore('${state}') })\n`,
    );
    return exitCodes.failed;
  } catch (error) {
    return explain(error);
  }
}

async function record(options: RecordOptions): Promise<number> {
  const stop = stopOnSignals(process);
  try {
    await runRecord(options, {
      print: (text) => void process.stdout.write(text),
      signal: stop.signal,
    });
    return 0;
  } catch (error) {
    if (!(error instanceof StopRequest)) return explain(error);
    process.stderr.write(`Stopped. What was recorded until now is in ${options.out}.\n`);
    return error.exitCode;
  }
}

async function replay(options: ReplayOptions): Promise<number> {
  const stop = stopOnSignals(process);
  try {
    await runReplay(options, {
      stdout: process.stdout,
      stderr: process.stderr,
      environment: process.env,
      signal: stop.signal,
      now: () => new Date(),
    });
    return 0;
  } catch (error) {
    if (error instanceof StopRequest) {
      process.stderr.write('Stopped. Workloads that were through are printed above.\n');
      return error.exitCode;
    }
    if (error instanceof ReplayError) {
      process.stderr.write(`error: ${error.message}\n`);
      return error.isMistake ? exitCodes.mistake : exitCodes.failed;
    }
    return explain(error);
  }
}

async function demo(options: DemoOptions): Promise<number> {
  const stop = stopOnSignals(process);
  try {
    const comparable = await runDemo(options, {
      stdout: process.stdout,
      stderr: process.stderr,
      environment: process.env,
      clock: systemClock,
      signal: stop.signal,
    });
    return comparable ? 0 : exitCodes.failed;
  } catch (error) {
    return explain(error);
  }
}

async function doctor(options: DoctorOptions): Promise<number> {
  let text = '';
  const print = process.stdout.write.bind(process.stdout);
  // What the app's module prints while it is imported is not part of the answer.
  process.stdout.write = process.stderr.write.bind(process.stderr);
  try {
    const isSound = await runDoctor(options, {
      print: (part) => (text += part),
      environment: process.env,
    });
    return isSound ? 0 : exitCodes.failed;
  } catch (error) {
    return explain(error);
  } finally {
    process.stdout.write = print;
    await new Promise<void>((resolve) => process.stdout.write(text, () => resolve()));
  }
}

function explain(error: unknown): number {
  if (error instanceof StopRequest) {
    process.stderr.write('Stopped. The engine is closed and its temporary folder is gone.\n');
    return error.exitCode;
  }
  if (error instanceof DoctorError) {
    process.stderr.write(`error: ${error.message}\n`);
    return error.isMistake ? exitCodes.mistake : exitCodes.failed;
  }
  if (error instanceof FlagError || (error instanceof EngineError && error.code === 'bad-url')) {
    process.stderr.write(`error: ${error.message}\n`);
    return exitCodes.mistake;
  }
  if (error instanceof ArmProcessError) {
    const output = error.output === '' ? '' : `It said:\n${error.output.trimEnd()}\n`;
    process.stderr.write(`error: ${error.message}\n${output}`);
    return exitCodes.failed;
  }
  process.stderr.write(`error: ${error instanceof Error ? error.stack : String(error)}\n`);
  return exitCodes.failed;
}
