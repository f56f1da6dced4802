/** Exit codes as shells know them: 2 for a mistake in the command line, 128 + n for signal n. */
export const exitCodes = { failed: 1, mistake: 2, SIGINT: 130, SIGTERM: 143 } as const;

/** Someone asked the command to stop. */
export class StopRequest extends Error {
  override readonly name = 'StopRequest';
  readonly exitCode: number;

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`stopped by ${signal}`);
    this.exitCode = exitCodes[signal];
  }
}

/** Aborts when someone asks the process to stop, or when nobody reads its output any more. */
export function stopOnSignals(process: NodeJS.Process): AbortController {
  const stop = new AbortController();
  // The same Ctrl-C may arrive twice, from the terminal and from a wrapper: the first one counts.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => stop.abort(new StopRequest(signal)));
  }
  // A reader that went away (`| head`) is no reason to measure on.
  process.stdout.on('error', (error) => stop.abort(error));
  return stop;
}
