import { access, constants, open, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { DemoOptions } from './demo-options.ts';

/** A flag names something that is not there. The message names the value and the way out. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

/**
 * Looks at the files that flags name before anything is started.
 * @throws {FlagError}
 */
export async function checkFiles({ modelPath, recordPath }: DemoOptions): Promise<void> {
  if (modelPath !== undefined) await checkModel(modelPath);
  if (recordPath !== undefined) await checkWritable('--record', recordPath);
}

/** @throws {FlagError} when `--model` is not a readable GGUF file */
export async function checkModel(path: string): Promise<void> {
  let magic: string;
  try {
    const file = await open(path);
    try {
      const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
      magic = buffer.toString('latin1');
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new FlagError(
      `--model ${path} cannot be read (${codeOf(error)}). Give the path of a GGUF file, or leave --model away for random weights.`,
      { cause: error },
    );
  }
  if (magic !== 'GGUF') {
    throw new FlagError(
      `--model ${path} is not a GGUF file. Convert it with llama.cpp's convert_hf_to_gguf.py, or leave --model away for random weights.`,
    );
  }
}

/** @throws {FlagError} when no file can be made where `flag` wants one */
export async function checkWritable(flag: string, path: string): Promise<void> {
  const folder = dirname(resolve(path));
  try {
    await access(folder, constants.W_OK);
  } catch (error) {
    throw new FlagError(
      `${flag} ${path}: the folder ${folder} cannot be written (${codeOf(error)}). Create it first, or name another file.`,
      { cause: error },
    );
  }
  const present = await stat(path).catch(() => undefined);
  if (present?.isDirectory() === true) {
    throw new FlagError(`${flag} ${path} is a folder. Name a file in it.`);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
