import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { EngineError } from '@entresol/runtime-core';

import { cacheFolder } from './cache-folder.ts';
import { chatTemplate } from './chat-template.ts';
import { GgufFormatError, readGgufLayout } from './gguf-header.ts';
import { aligned, GgufHeaderWriter } from './gguf-writer.ts';
import { modelShapes, randomTensors, seededWeights, tensorValues } from './random-weights.ts';
import type { ModelShape, RandomModelSize } from './random-weights.ts';
import { createVocabulary, type Vocabulary } from './vocabulary.ts';

/** Rises whenever the bytes change for the same seed: vocabulary, sizes, template or weights. */
const formatVersion = 2;

const defaultSeed = 1;

const nameKey = 'general.name';

export interface RandomModelOptions {
  /** Where the file lies. Default: `ENTRESOL_CACHE`, else the cache folder of this user. */
  readonly folder?: string;
  /** 32-bit unsigned integer. The same seed gives the same bytes on every machine. */
  readonly seed?: number;
  /** `small` by default. */
  readonly size?: RandomModelSize;
  readonly signal?: AbortSignal;
  /** Part written so far, in [0, 1]. Not called when the file is there already. */
  readonly onProgress?: (fraction: number) => void;
}

/**
 * Path of a Llama of seeded random weights in GGUF, written on first use (small: 6 MB, under a second; 1b: 2 GB, half a
 * minute). Its text means nothing; its tokens, prefill, decode and KV cache are real. A truncated or damaged file is written anew. Safe against
 * other processes that do the same: each writes a file of its own and renames it into place.
 * @throws {EngineError} `folder-not-writable`
 * @throws the reason of `signal` when it aborts; nothing half-written stays
 */
export async function ensureRandomModel(
  options: RandomModelOptions = {},
): Promise<{ path: string; written: boolean }> {
  const { folder = cacheFolder(), seed = defaultSeed, size = 'small' } = options;
  const { signal, onProgress } = options;
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xff_ff_ff_ff) {
    throw new RangeError(`The seed must be an integer from 0 to 4294967295, not ${seed}`);
  }
  signal?.throwIfAborted();
  const name = `random-llama${size === 'small' ? '' : `-${size}`}-v${formatVersion}-seed${seed}`;
  const path = join(folder, `${name}.gguf`);
  if (await isWhole(path, name)) {
    return { path, written: false };
  }
  // In the same folder, so that the rename is atomic.
  const draft = join(folder, `${name}.${process.pid}-${randomUUID()}.tmp`);
  const file = await openDraft(folder, draft);
  try {
    try {
      await writeModel(file, { name, seed, shape: modelShapes[size], signal, onProgress });
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    // Windows refuses to replace a file that another process has open: then that process wrote it.
    if (!signal?.aborted && (await isWhole(path, name))) {
      return { path, written: false };
    }
    throw isFileSystemError(error) ? notWritable(folder, error) : error;
  }
  return { path, written: true };
}

/** True when the file is one of ours, of this format and seed, to its exact length. */
async function isWhole(path: string, name: string): Promise<boolean> {
  try {
    const [{ size }, layout] = await Promise.all([stat(path), readGgufLayout(path)]);
    return layout.texts.get(nameKey) === name && size === aligned(layout.neededBytes);
  } catch (error) {
    if (error instanceof GgufFormatError || isFileSystemError(error)) {
      return false;
    }
    throw error;
  }
}

async function openDraft(folder: string, draft: string): Promise<FileHandle> {
  try {
    await mkdir(folder, { recursive: true });
    return await open(draft, 'wx');
  } catch (cause) {
    throw notWritable(folder, cause);
  }
}

interface ModelContents {
  readonly name: string;
  readonly seed: number;
  readonly shape: ModelShape;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((fraction: number) => void) | undefined;
}

async function writeModel(file: FileHandle, contents: ModelContents): Promise<void> {
  const { name, seed, shape, signal, onProgress } = contents;
  const vocabulary = createVocabulary();
  const tensors = randomTensors(shape, vocabulary.tokens.length);
  await file.writeFile(metadata(name, shape, vocabulary).encode(tensors));
  const random = seededWeights(seed);
  let done = 0;
  for (const tensor of tensors) {
    signal?.throwIfAborted();
    const values = tensorValues(tensor, vocabulary, random);
    await file.writeFile(values);
    await file.writeFile(Buffer.alloc(aligned(values.length) - values.length));
    done += 1;
    onProgress?.(done / tensors.length);
  }
}

function metadata(name: string, shape: ModelShape, vocabulary: Vocabulary): GgufHeaderWriter {
  const { tokens } = vocabulary;
  const header = new GgufHeaderWriter();
  header.string('general.architecture', 'llama');
  header.string(nameKey, name);
  // MOSTLY_F16
  header.uint32('general.file_type', 1);
  header.uint32('llama.context_length', shape.contextLength);
  header.uint32('llama.embedding_length', shape.dimension);
  header.uint32('llama.block_count', shape.layers);
  header.uint32('llama.feed_forward_length', shape.feedForward);
  header.uint32('llama.attention.head_count', shape.heads);
  header.uint32('llama.attention.head_count_kv', shape.keyValueHeads);
  header.float32('llama.attention.layer_norm_rms_epsilon', 1e-5);
  header.uint32('llama.rope.dimension_count', shape.dimension / shape.heads);
  header.float32('llama.rope.freq_base', 10_000);
  header.uint32('llama.vocab_size', tokens.length);
  header.string('tokenizer.ggml.model', 'llama');
  header.strings(
    'tokenizer.ggml.tokens',
    tokens.map(({ text }) => text),
  );
  header.float32s(
    'tokenizer.ggml.scores',
    tokens.map(({ score }) => score),
  );
  header.int32s(
    'tokenizer.ggml.token_type',
    tokens.map(({ kind }) => kind),
  );
  header.uint32('tokenizer.ggml.bos_token_id', vocabulary.beginOfText);
  header.uint32('tokenizer.ggml.eos_token_id', vocabulary.endOfText);
  header.uint32('tokenizer.ggml.unknown_token_id', vocabulary.unknown);
  // The template writes the begin-of-text token; a space put before the text would move every later token.
  header.bool('tokenizer.ggml.add_bos_token', false);
  header.bool('tokenizer.ggml.add_eos_token', false);
  header.bool('tokenizer.ggml.add_space_prefix', false);
  header.string('tokenizer.chat_template', chatTemplate);
  return header;
}

const isFileSystemError = (error: unknown): boolean => error instanceof Error && 'syscall' in error;

function notWritable(folder: string, cause: unknown): EngineError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new EngineError(
    `The folder ${folder} for the model cannot be written (${reason}). Choose another with the option "folder" or the environment variable ENTRESOL_CACHE.`,
    { code: 'folder-not-writable', engine: 'embedded', value: folder, cause },
  );
}
