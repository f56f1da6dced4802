import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import type { Serialized } from '@langchain/core/load/serializable';
import type { BaseMessage } from '@langchain/core/messages';
import type { LLMResult } from '@langchain/core/outputs';
import { mediaOfMessages } from '../media-fingerprint.ts';
import { fingerprintOfMessages } from '../prompt-fingerprint.ts';
import type { AgentObserver } from './agent-observer.ts';

type Metadata = Readonly<Record<string, unknown>>;

/** Hears the model runs of an agent's models, and of nothing else. Awaited: a run must be known before its request is sent. */
export class ModelHandler extends BaseCallbackHandler {
  readonly name = 'entresol-middleware';
  readonly #observer: AgentObserver;

  constructor(observer: AgentObserver) {
    super({ _awaitHandler: true, ignoreChain: true, ignoreAgent: true, ignoreRetriever: true });
    this.#observer = observer;
  }

  /** One handler, one identity: a copy could be delivered to twice. */
  override copy(): this {
    return this;
  }

  override handleChatModelStart(
    _model: Serialized,
    messages: BaseMessage[][],
    runId: string,
    _parentRunId?: string,
    _extra?: Metadata,
    _tags?: string[],
    metadata?: Metadata,
  ): void {
    const parentRunId = this.#observer.runIn(metadata);
    if (parentRunId === undefined) return;
    const prompt = messages[0] ?? [];
    this.#observer.attached?.observer.tracker.calls.modelStart({
      runId,
      parentRunId,
      fingerprint: fingerprintOfMessages(prompt),
      media: mediaOfMessages(prompt),
      signal: undefined,
      metadata,
    });
  }

  override handleLLMEnd(_output: LLMResult, runId: string): void {
    this.#observer.attached?.observer.tracker.calls.modelEnd(runId);
  }

  override handleLLMError(_error: unknown, runId: string): void {
    this.#observer.attached?.observer.tracker.calls.modelEnd(runId);
  }
}
