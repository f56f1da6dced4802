import type { ModelCensus } from '@entresol/runtime-core/adapter';
import type { Serialized } from '@langchain/core/load/serializable';
import type { BaseMessage } from '@langchain/core/messages';
import type { LLMResult } from '@langchain/core/outputs';
import type { Instance } from '../dispatch.ts';
import { RunHandler } from '../run-handler.ts';
import type { RunTracker } from '../run-tracker.ts';
import type { PendingCall } from '../pending-calls.ts';
import type { UnmanagedModel } from './attachment-report.ts';

/** A model as the framework names it. */
export type NamedModel = Omit<UnmanagedModel, 'calls'>;

type Metadata = Readonly<Record<string, unknown>>;

/** The handler of a graph, which also counts the models that do not go through the runtime. */
export class ReportingHandler extends RunHandler {
  readonly #tracker: RunTracker;
  readonly #census: ModelCensus<NamedModel>;
  /** Weak, because a stream that was left early never ends. */
  readonly #models = new WeakMap<PendingCall, NamedModel>();

  constructor(tracker: RunTracker, instance: Instance, census: ModelCensus<NamedModel>) {
    super(tracker, instance);
    this.#tracker = tracker;
    this.#census = census;
  }

  override handleChatModelStart(
    model: Serialized,
    messages: BaseMessage[][],
    runId: string,
    parentRunId?: string,
    extra?: Metadata,
    tags?: string[],
    metadata?: Metadata,
  ): void {
    super.handleChatModelStart(model, messages, runId, parentRunId, extra, tags, metadata);
    this.#started(model, runId, metadata);
  }

  override handleLLMStart(
    model: Serialized,
    prompts: string[],
    runId: string,
    parentRunId?: string,
    extra?: Metadata,
    tags?: string[],
    metadata?: Metadata,
  ): void {
    super.handleLLMStart(model, prompts, runId, parentRunId, extra, tags, metadata);
    this.#started(model, runId, metadata);
  }

  /** A run that failed may have failed before it sent anything: only one that ended well counts. */
  override handleLLMEnd(
    output: LLMResult,
    runId: string,
    _parentRunId?: string,
    _tags?: string[],
    extra?: Metadata,
  ): void {
    const call = this.#tracker.calls.pending(runId);
    // An answer from LangChain's own cache needs no request.
    const isSent = call === undefined || call.attempts > 0 || extra?.['cached'] === true;
    if (!isSent) {
      this.#census.unmanaged(call.dispatch.path, this.#models.get(call) ?? { class: 'unknown' });
    }
    super.handleLLMEnd(output, runId);
  }

  #started(model: Serialized, runId: string, metadata: Metadata | undefined): void {
    const call = this.#tracker.calls.pending(runId);
    if (call === undefined) return;
    const name = metadata?.['ls_model_name'];
    this.#models.set(call, {
      class: model?.id?.at(-1) ?? 'unknown',
      ...(typeof name === 'string' ? { model: name } : {}),
    });
  }
}
