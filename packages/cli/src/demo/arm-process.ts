import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ArmConfig, ArmMessage, ArmResult } from '../arm/arm-messages.ts';
import { createArmFolder } from './arm-folder.ts';

export interface ArmProcessOptions {
  /** Stops the child and removes what it left. */
  readonly signal: AbortSignal;
  readonly onMessage: (message: ArmMessage) => void;
  /** Module that the child runs. */
  readonly program?: string;
}

/** An arm's process ended without a result. `output` is the end of what it printed. */
export class ArmProcessError extends Error {
  readonly arm: string;
  readonly output: string;

  constructor(arm: string, reason: string, output: string) {
    super(`The ${arm} arm stopped: ${reason}`);
    this.name = 'ArmProcessError';
    this.arm = arm;
    this.output = output;
  }
}

/** How long a child may take to close its engine before it is killed. */
const closeWithinMs = 5000;
const keptOutputCharacters = 4000;

/**
 * Runs one arm in a process of its own, with a temporary folder of its own that is gone when this settles: arms share no
 * cache, no heap and no learned state.
 * @throws {ArmProcessError} when the child fails; the signal's reason when it is aborted
 */
export async function runArmProcess(
  config: ArmConfig,
  options: ArmProcessOptions,
): Promise<ArmResult> {
  options.signal.throwIfAborted();
  const folder = await createArmFolder();
  try {
    return await superviseChild(
      startChild(options.program ?? armProgram(), folder),
      config,
      options,
    );
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function startChild(program: string, folder: string): ChildProcess {
  return fork(program, [], {
    env: { ...process.env, TMPDIR: folder },
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

async function superviseChild(
  child: ChildProcess,
  config: ArmConfig,
  options: ArmProcessOptions,
): Promise<ArmResult> {
  const { promise, resolve, reject } = Promise.withResolvers<ArmResult>();
  let output = '';
  let result: ArmResult | undefined;
  let failure: string | undefined;
  const keep = (text: unknown) => {
    output = `${output}${String(text)}`.slice(-keptOutputCharacters);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  child.on('message', (message: ArmMessage) => {
    if (message.type === 'result') result = message.result;
    else if (message.type === 'failure') failure = message.message;
    else options.onMessage(message);
  });
  child.on('error', (error) => {
    failure ??= error.message;
    // A process that never started has no exit to wait for.
    if (child.pid === undefined) reject(new ArmProcessError(config.arm, failure, output));
  });
  child.on('close', (code, signal) => {
    if (options.signal.aborted) reject(options.signal.reason);
    else if (result !== undefined && failure === undefined) resolve(result);
    else {
      const reason = failure ?? (signal === null ? `exit code ${code}` : `signal ${signal}`);
      reject(new ArmProcessError(config.arm, reason, output));
    }
  });
  // A child that is gone before it heard its task says so through 'close'.
  if (child.connected) child.send(config, () => undefined);

  let killTimer: NodeJS.Timeout | undefined;
  const stop = () => {
    child.kill('SIGTERM');
    killTimer = setTimeout(() => child.kill('SIGKILL'), closeWithinMs);
  };
  options.signal.addEventListener('abort', stop, { once: true });
  if (options.signal.aborted) stop();
  try {
    return await promise;
  } finally {
    clearTimeout(killTimer);
    options.signal.removeEventListener('abort', stop);
  }
}

/** The child's module beside this one, as source or as built. */
function armProgram(): string {
  return fileURLToPath(new URL(`../arm/main${extname(import.meta.filename)}`, import.meta.url));
}
