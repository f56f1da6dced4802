import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { EngineUnavailable } from './live-document.ts';

export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where it will listen; undefined = it prints its URL as a line of its own on stdout. */
  readonly url?: string;
  /** Answers with a success once the model is loaded. */
  readonly healthPath: string;
  readonly version: string;
}

/** A server that this process started. */
export interface RunningServer {
  /** Without a slash at the end. */
  readonly url: string;
  /** Ends it by its pid. Idempotent. */
  stop(): Promise<void>;
}

const readyWithinMs = 300_000;
const closeWithinMs = 5_000;
const askEveryMs = 100;
const keptCharacters = 4_000;
const urlLine = /^(http:\/\/127\.0\.0\.1:\d+)\s*$/m;

/**
 * Starts a server and waits until it is ready. Its stdin stays open as long as this process lives, so that a launcher of
 * ours ends with it.
 * @throws {EngineUnavailable} when it ends or does not become ready; the signal's reason when aborted
 */
export async function startServer(
  wanted: ServerCommand,
  signal: AbortSignal,
): Promise<RunningServer> {
  signal.throwIfAborted();
  const child = spawn(wanted.command, wanted.args, {
    env: wanted.env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (text: unknown): void => {
    output = `${output}${String(text)}`.slice(-keptCharacters);
  };
  child.stderr.on('data', keep);
  let printed = '';
  child.stdout.on('data', (text: unknown) => {
    printed = `${printed}${String(text)}`.slice(-keptCharacters);
  });
  // A pipe that breaks says nothing that 'exit' does not.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, by) => resolve(by === null ? `exit code ${code}` : `signal ${by}`));
  });
  const stop = (): Promise<void> => stopProcess(child, ended);
  try {
    const deadline = AbortSignal.timeout(readyWithinMs);
    const gone = ended.then((how) => {
      throw unavailable(wanted, `ended before it was ready (${how}): ${output}`);
    });
    gone.catch(() => undefined);
    for (;;) {
      signal.throwIfAborted();
      const url = wanted.url ?? urlLine.exec(printed)?.[1];
      if (url !== undefined && (await isReady(url, wanted.healthPath))) return { url, stop };
      if (deadline.aborted)
        throw unavailable(wanted, `was not ready after ${readyWithinMs} ms: ${output}`);
      await Promise.race([pause(askEveryMs), gone]);
    }
  } catch (error) {
    await stop();
    throw error;
  }
}

function unavailable({ version }: ServerCommand, what: string): EngineUnavailable {
  return new EngineUnavailable(`The server ${what}`, { version });
}

async function isReady(url: string, path: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(closeWithinMs) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    // Not listening yet.
    return false;
  }
}

async function stopProcess(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), closeWithinMs);
  await ended;
  clearTimeout(kill);
}
