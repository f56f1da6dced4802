import { stat } from 'node:fs/promises';

import { EngineError } from '@entresol/runtime-core';

import { GgufFormatError, type GgufLayout, readGgufLayout } from './gguf-header.ts';

/**
 * Checks that a model file is there and whole as far as its header tells: magic, version, and at least as long as its
 * tensors need. The tensors' values are not read.
 * @throws {EngineError} `model-missing` or `model-damaged`; the message names the path and what to do
 */
export async function verifyModelFile(path: string): Promise<void> {
  const size = await sizeOfModelFile(path);
  const layout = await layoutOf(path);
  if (size < layout.neededBytes) {
    throw damaged(
      path,
      `it has ${size} bytes of the ${layout.neededBytes} that its header asks for`,
    );
  }
}

async function sizeOfModelFile(path: string): Promise<number> {
  const found = await stat(path).catch((cause: unknown) => {
    throw missing(path, 'there is no such file, or it cannot be read', cause);
  });
  if (!found.isFile()) {
    throw missing(path, 'this is not a file');
  }
  return found.size;
}

async function layoutOf(path: string): Promise<GgufLayout> {
  try {
    return await readGgufLayout(path);
  } catch (cause) {
    if (cause instanceof GgufFormatError) {
      throw damaged(path, cause.message, cause);
    }
    throw missing(path, 'it cannot be read', cause);
  }
}

function missing(path: string, reason: string, cause?: unknown): EngineError {
  return new EngineError(
    `No model at ${path}: ${reason}. Give the path of a GGUF file, or leave the model out to use a small one of random weights.`,
    { code: 'model-missing', engine: 'embedded', value: path, cause },
  );
}

function damaged(path: string, reason: string, cause?: unknown): EngineError {
  return new EngineError(
    `The model file ${path} is damaged or not a GGUF file: ${reason}. Download or copy it again.`,
    { code: 'model-damaged', engine: 'embedded', value: path, cause },
  );
}
