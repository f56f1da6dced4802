import process from 'node:process';
import type { ArmConfig, ArmMessage } from './arm-messages.ts';
import { runArm } from './run-arm.ts';
import { ServerTargetError } from './server-target.ts';

/**
 * Child process of one arm. Hears its task from the parent, tells how it goes, and ends: on `SIGTERM` and when the
 * parent is gone it closes the engine first. Ctrl-C reaches the whole group; only the parent acts on it.
 */
const abort = new AbortController();
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => abort.abort(new Error('stopped by the parent process')));
process.on('disconnect', () => abort.abort(new Error('the parent process is gone')));
process.once('message', (config: ArmConfig) => {
  void run(config);
});

async function run(config: ArmConfig): Promise<void> {
  try {
    const result = await runArm(config, {
      signal: abort.signal,
      tell: (message) => void tell(message),
    });
    await tell({ type: 'result', result });
    leave(0);
  } catch (error) {
    // What the user can mend needs no stack.
    if (!(error instanceof ServerTargetError)) {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    }
    await tell({
      type: 'failure',
      message: error instanceof Error ? error.message : String(error),
    });
    leave(1);
  }
}

/** Settles when the message is on its way, or at once when nobody listens any more. */
function tell(message: ArmMessage): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (process.send === undefined || !process.connected) resolve();
  else process.send(message, undefined, undefined, () => resolve());
  return promise;
}

/** Native threads of an engine may keep the process alive: it ends when its work is told. */
function leave(code: number): void {
  process.exit(code);
}
