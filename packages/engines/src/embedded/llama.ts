import { availableParallelism } from 'node:os';
import { EngineError } from '@entresol/runtime-core';
import type * as NodeLlamaCpp from 'node-llama-cpp';
import type { Gpu } from './options.ts';
import type { Urgency } from '../slot-manager/slot-sequence.ts';
import type { LlamaPort, LlamaSequence } from './llama-port.ts';

export interface LlamaSettings {
  readonly modelPath: string;
  readonly slots: number;
  readonly contextTokens: number;
  readonly batchTokens: number;
  readonly threads: number | undefined;
  /** Undefined = the CPU. */
  readonly gpu: Gpu | undefined;
  readonly signal: AbortSignal | undefined;
}

type Library = typeof NodeLlamaCpp;
type Token = NodeLlamaCpp.Token;

async function importLibrary(): Promise<Library> {
  try {
    return await import('node-llama-cpp');
  } catch (cause) {
    throw new EngineError(
      'the embedded engine needs the optional package node-llama-cpp: npm install node-llama-cpp@3',
      { code: 'library-missing', engine: 'embedded', value: 'node-llama-cpp', cause },
    );
  }
}

/**
 * Loads llama.cpp and the model and opens one context with a sequence per slot. Never builds or downloads native code.
 * @throws {EngineError} `library-missing`, or `failed` when llama.cpp refuses the model or the context
 */
export async function openLlama(settings: LlamaSettings): Promise<LlamaPort> {
  const library = await importLibrary();
  settings.signal?.throwIfAborted();
  try {
    return await connect(library, settings);
  } catch (cause) {
    settings.signal?.throwIfAborted();
    throw new EngineError(`llama.cpp could not open ${settings.modelPath}: ${String(cause)}`, {
      code: 'failed',
      engine: 'embedded',
      value: settings.modelPath,
      cause,
    });
  }
}

const loaded = new Map<Gpu | false, Promise<NodeLlamaCpp.Llama>>();

/**
 * The native library, loaded once for the process and backend: a second load costs 600 ms, since it tries the binary in a child
 * process, and two of them would not know of each other's threads.
 */
function nativeLibrary(library: Library, backend: Gpu | false): Promise<NodeLlamaCpp.Llama> {
  const known = loaded.get(backend);
  if (known !== undefined) return known;
  const loading = library
    .getLlama({ build: 'never', gpu: backend, logLevel: library.LlamaLogLevel.error })
    .catch((error: unknown) => {
      loaded.delete(backend);
      throw error;
    });
  loaded.set(backend, loading);
  return loading;
}

async function deviceOf(llama: NodeLlamaCpp.Llama): Promise<string> {
  if (llama.gpu === false) return 'cpu';
  const names = await llama.getGpuDeviceNames();
  return [llama.gpu, ...names].join(' ');
}

async function connect(library: Library, settings: LlamaSettings): Promise<LlamaPort> {
  const { signal, threads, slots, gpu } = settings;
  const llama = await nativeLibrary(library, gpu ?? false);
  const model = await llama.loadModel({
    modelPath: settings.modelPath,
    ...(signal === undefined ? {} : { loadSignal: signal }),
  });
  // Its contexts go with it.
  const close = async (): Promise<void> => model.dispose();
  try {
    const context = await model.createContext({
      contextSize: settings.contextTokens,
      sequences: slots,
      batchSize: settings.batchTokens,
      // On CPU flash attention makes a cached prefix slower, not faster: 320 ms instead of 23 ms to a first token. On a
      // GPU it is faster, and without it the values of a saved state lie across rows: a copy of each for every position.
      flashAttention: llama.gpu !== false,
      // Strict priority: a decoding request never waits behind a warm-up's share of the batch.
      batching: { itemPrioritizationStrategy: 'firstInFirstOut' },
      // llama.cpp's threads wait for each other in busy loops: with one more of them than free cores, work takes tens of
      // times as long. So one core is left to the app, which runs in this very process.
      threads: threads ?? Math.max(1, Math.min(llama.cpuMathCores, availableParallelism() - 1)),
      ...(signal === undefined ? {} : { createSignal: signal }),
    });
    return {
      version: llama.llamaCppRelease.release,
      device: await deviceOf(llama),
      contextTokens: context.contextSize,
      sequences: Array.from({ length: slots }, () => wrapSequence(context.getSequence())),
      vocabulary: {
        template: model.fileInfo.metadata.tokenizer.chat_template,
        bosToken: model.tokens.bosString ?? '',
        eosToken: model.tokens.eosString ?? '',
        tokenize: (text) => model.tokenize(text, true),
        detokenize: (tokens, before) => model.detokenize(native(tokens), false, native(before)),
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** 1 is the library's lowest priority and 5 its highest; a prompt's last chunk and decoding go before other prefills. */
const priorities = { decode: 5, request: 4, background: 1 } as const;

/** The library brands token ids; in the vocabulary or not is llama.cpp's to check. */
const isToken = (id: number): id is Token => Number.isInteger(id);

const native = (ids: Iterable<number>): Token[] => Array.from(ids).filter(isToken);

function wrapSequence(sequence: NodeLlamaCpp.LlamaContextSequence): LlamaSequence {
  return {
    get length() {
      return sequence.nextTokenIndex;
    },
    prefill: (tokens, urgency: Urgency) =>
      sequence.evaluateWithoutGeneratingNewTokens(native(tokens), {
        evaluationPriority: priorities[urgency],
      }),
    generate: (tokens, { temperature, topP, seed }) =>
      sequence.evaluate(native(tokens), {
        temperature,
        seed,
        evaluationPriority: priorities.decode,
        ...(topP === undefined ? {} : { topP }),
      }),
    async trim(length) {
      const end = sequence.nextTokenIndex;
      if (length >= end) return;
      if (length === 0) await sequence.clearHistory();
      else await sequence.eraseContextTokenRanges([{ start: length, end }]);
    },
    save: async (path) => (await sequence.saveStateToFile(path)).fileSize,
    async load(path) {
      // What is held is given up first: a failed load must leave an empty sequence, never half of another one.
      await sequence.clearHistory();
      try {
        await sequence.loadStateFromFile(path, { acceptRisk: true });
      } catch (error) {
        await sequence.clearHistory();
        throw error;
      }
    },
    contents: () => Int32Array.from(sequence.contextTokens),
  };
}
