import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { getLlama, LlamaLogLevel, type LlamaModel } from 'node-llama-cpp';

import { ensureRandomModel } from '../../../src/embedded/model/random-model.ts';

export interface RandomLlama {
  readonly folder: string;
  readonly path: string;
  readonly model: LlamaModel;
  close(): Promise<void>;
}

/** Writes the random model into a fresh folder and loads it as the engine does. */
export async function openRandomLlama(
  options: { readonly vocabOnly?: boolean } = {},
): Promise<RandomLlama> {
  const folder = await temporaryFolder();
  const { path } = await ensureRandomModel({ folder });
  const llama = await getLlama({ build: 'never', gpu: false, logLevel: LlamaLogLevel.error });
  const model = await llama.loadModel({ modelPath: path, vocabOnly: options.vocabOnly ?? false });
  return {
    folder,
    path,
    model,
    async close() {
      await llama.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const temporaryFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'entresol-model-'));
