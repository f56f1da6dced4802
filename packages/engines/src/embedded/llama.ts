import { EngineError } from '@entresol/runtime-core';
import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import type { LlamaPort, SlotSequence, Urgency } from './llama-port.ts';

export interface LlamaSettings {
  readonly modelPath: string;
  readonly slots: number;
  readonly contextTokens: number;
  readonly batchTokens: number;
  readonly threads: number | undefined;
  readonly signal: AbortSignal | undefined;
}

type Library = typeof import('node-llama-cpp');

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

async function connect(library: Library, settings: LlamaSettings): Promise<LlamaPort> {
  const { signal, threads, slots } = settings;
  const llama = await library.getLlama({
    build: 'never',
    gpu: false,
    logLevel: library.LlamaLogLevel.error,
  });
  const close = async (): Promise<void> => llama.dispose();
  try {
    const model = await llama.loadModel({
      modelPath: settings.modelPath,
      ...(signal === undefined ? {} : { loadSignal: signal }),
    });
    const context = await model.createContext({
      contextSize: settings.contextTokens,
      sequences: slots,
      batchSize: settings.batchTokens,
      // On CPU flash attention makes a cached prefix slower, not faster: 320 ms instead of 23 ms to a first token.
      flashAttention: false,
      // Strict priority: a decoding request never waits behind a warm-up's share of the batch.
      batching: { itemPrioritizationStrategy: 'firstInFirstOut' },
      ...(threads === undefined ? {} : { threads }),
      ...(signal === undefined ? {} : { createSignal: signal }),
    });
    return {
      version: llama.llamaCppRelease.release,
      contextTokens: context.contextSize,
      sequences: Array.from({ length: slots }, () => wrapSequence(context.getSequence())),
      vocabulary: {
        template: model.fileInfo.metadata.tokenizer.chat_template,
        bosToken: model.tokens.bosString ?? '',
        eosToken: model.tokens.eosString ?? '',
        tokenize: (text) => model.tokenize(text, true),
        detokenize: (tokens, before) =>
          model.detokenize(tokens as readonly Token[], false, before as readonly Token[]),
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

function wrapSequence(sequence: LlamaContextSequence): SlotSequence {
  const native = (tokens: Int32Array): Token[] => Array.from(tokens) as Token[];
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
      }) as AsyncGenerator<number, void, void>,
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
