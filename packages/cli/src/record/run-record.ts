import { stat } from 'node:fs/promises';
import { checkModel, checkWritable, FlagError } from '../demo/check-files.ts';
import { spelling } from '../spelling.ts';
import type { RecordOptions } from './record-command.ts';

/**
 * `entresol record`.
 * @throws {FlagError} when a flag names a file that cannot be used; looked at before anything starts
 */
export async function runRecord(
  options: RecordOptions,
  { print, signal }: { readonly print: (text: string) => void; readonly signal: AbortSignal },
): Promise<void> {
  if (options.modelPath !== undefined) await checkModel(options.modelPath);
  await checkOut(options);
  // Loaded only where it is used: llama.cpp is a native library.
  const { recordExample } = await import('./record-example.ts');
  const { recording, agents } = await recordExample(options, signal);
  const { failed, withoutUsage, dropped } = recording.unrecorded;
  print(
    [
      `${recording.calls} calls of ${options.sessions} sessions and ${agents} agents are in ${options.out}.`,
      ...(failed + withoutUsage + dropped === 0
        ? []
        : [`Not in it: ${failed} failed, ${withoutUsage} without usage, ${dropped} not written.`]),
      `Play it: ${spelling.command} replay ${options.out}`,
      '',
    ].join('\n'),
  );
}

async function checkOut({ out, overwrite }: RecordOptions): Promise<void> {
  await checkWritable('--out', out);
  const present = await stat(out).catch(() => undefined);
  if (present !== undefined && !overwrite) {
    throw new FlagError(`--out ${out} is there already. Name another file, or add --force.`);
  }
}
