import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import type { LLMResult } from '@langchain/core/outputs';
import type { Serialized } from '@langchain/core/load/serializable';
import type { BaseMessage } from '@langchain/core/messages';
import type { ModelStart } from './call-tracker.ts';
import type { Instance } from './dispatch.ts';
import { mediaOfMessages } from './media-fingerprint.ts';
import { fingerprintOfMessages, fingerprintOfPrompts } from './prompt-fingerprint.ts';
import type { RunTracker } from './run-tracker.ts';

type Metadata = Readonly<Record<string, unknown>>;

/** Where LangGraph's own graph classes live in their serialised id. */
const graphNamespace = 'pregel';

/** The abort signal among the options that a model was called with. */
function signalOf(extra: Metadata | undefined): AbortSignal | undefined {
  const options = extra?.['options'];
  if (typeof options !== 'object' || options === null || !('signal' in options)) return undefined;
  return options.signal instanceof AbortSignal ? options.signal : undefined;
}

/**
 * Hears every run inside an attached graph. Awaited: a handler in the background would learn of a model run after its
 * request. It returns nothing and decides nothing; it does take time.
 */
export class RunHandler extends BaseCallbackHandler {
  readonly name = 'entresol';
  readonly #tracker: RunTracker;
  readonly #instance: Instance;

  constructor(tracker: RunTracker, instance: Instance) {
    super({ _awaitHandler: true, ignoreCustomEvent: true });
    this.#tracker = tracker;
    this.#instance = instance;
  }

  /** One handler, one identity: a copy could be delivered to twice. */
  override copy(): this {
    return this;
  }

  /** The arguments in the order in which they arrive; the declared order has them otherwise. */
  override handleChainStart(
    chain: Serialized,
    _inputs: unknown,
    runId: string,
    parentRunId?: string,
    tags?: string[],
    metadata?: Metadata,
    _runType?: string,
    runName?: string,
  ): void {
    const isGraph = chain?.id?.[1] === graphNamespace;
    const start = { runId, parentRunId, tags, metadata, runName, isGraph };
    this.#tracker.chainStart(start, this.#instance);
  }

  override handleChainEnd(outputs: unknown, runId: string): void {
    this.#tracker.chainEnd(runId, outputs);
  }

  override handleChainError(error: unknown, runId: string): void {
    this.#tracker.chainError(runId, error);
  }

  override handleRetrieverStart(
    _retriever: Serialized,
    _query: string,
    runId: string,
    parentRunId?: string,
  ): void {
    this.#tracker.innerStart(runId, parentRunId);
  }

  override handleRetrieverEnd(_documents: unknown, runId: string): void {
    this.#tracker.innerEnd(runId);
  }

  override handleRetrieverError(_error: unknown, runId: string): void {
    this.#tracker.innerEnd(runId);
  }

  override handleToolStart(
    tool: Serialized,
    _input: string,
    runId: string,
    parentRunId?: string,
    _tags?: string[],
    _metadata?: Metadata,
    runName?: string,
  ): void {
    this.#tracker.toolStart(runId, parentRunId, runName ?? tool?.id?.at(-1) ?? 'tool');
  }

  override handleToolEnd(_output: unknown, runId: string): void {
    this.#tracker.toolEnd(runId);
  }

  override handleToolError(error: unknown, runId: string): void {
    this.#tracker.toolError(runId, error);
  }

  override handleChatModelStart(
    _model: Serialized,
    messages: BaseMessage[][],
    runId: string,
    parentRunId?: string,
    extra?: Metadata,
    _tags?: string[],
    metadata?: Metadata,
  ): void {
    const prompt = messages[0] ?? [];
    this.#modelStart(parentRunId, {
      runId,
      fingerprint: fingerprintOfMessages(prompt),
      media: mediaOfMessages(prompt),
      signal: signalOf(extra),
      metadata,
    });
  }

  override handleLLMStart(
    _model: Serialized,
    prompts: string[],
    runId: string,
    parentRunId?: string,
    extra?: Metadata,
    _tags?: string[],
    metadata?: Metadata,
  ): void {
    const fingerprint = fingerprintOfPrompts(prompts);
    const signal = signalOf(extra);
    this.#modelStart(parentRunId, { runId, fingerprint, media: '', signal, metadata });
  }

  override handleLLMEnd(_output: LLMResult, runId: string): void {
    this.#tracker.calls.modelEnd(runId);
  }

  override handleLLMError(_error: unknown, runId: string): void {
    this.#tracker.calls.modelEnd(runId);
  }

  #modelStart(parentRunId: string | undefined, start: Omit<ModelStart, 'parentRunId'>): void {
    if (parentRunId === undefined) return;
    this.#tracker.calls.modelStart({ ...start, parentRunId });
  }
}
