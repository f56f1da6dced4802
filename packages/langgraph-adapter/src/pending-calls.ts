import type { CallId } from '@entresol/runtime-core';
import type { Position } from '@entresol/runtime-core/adapter';
import type { Dispatch } from './dispatch.ts';

/** A model run that has begun and whose requests are still to be recognised. */
export interface PendingCall {
  readonly runId: string;
  readonly parentRunId: string;
  readonly fingerprint: string;
  /** What its images, sounds and files are. */
  readonly media: string;
  readonly call: CallId;
  readonly dispatch: Dispatch;
  /** Of the run that called the model. */
  readonly position: Position;
  readonly previous: CallId | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Requests recognised so far. */
  attempts: number;
}

/** Model runs by the fingerprint of their prompt. */
export class PendingCalls {
  readonly #byRun = new Map<string, PendingCall>();
  readonly #byPrompt = new Map<string, Set<PendingCall>>();

  get size(): number {
    return this.#byRun.size;
  }

  get(runId: string): PendingCall | undefined {
    return this.#byRun.get(runId);
  }

  add(call: PendingCall): void {
    this.#byRun.set(call.runId, call);
    const same = this.#byPrompt.get(call.fingerprint);
    if (same === undefined) this.#byPrompt.set(call.fingerprint, new Set([call]));
    else same.add(call);
  }

  take(runId: string): PendingCall | undefined {
    const call = this.#byRun.get(runId);
    if (call === undefined) return undefined;
    this.#byRun.delete(runId);
    const same = this.#byPrompt.get(call.fingerprint);
    same?.delete(call);
    if (same?.size === 0) this.#byPrompt.delete(call.fingerprint);
    return call;
  }

  /**
   * The run that a request with this prompt belongs to. Equal texts are told apart by their images, sounds and files,
   * then by whether they have been sent (only then is the request a retry) and then by the async context's run, which
   * may be another one's: it never decides between different prompts.
   */
  matching(
    fingerprint: string,
    media: () => string,
    contextRun: () => string | undefined,
  ): PendingCall | undefined {
    const same = [...(this.#byPrompt.get(fingerprint) ?? [])];
    if (same.length < 2) return same[0];
    const wanted = media();
    const alike = same.filter((call) => call.media === wanted);
    // None: the client has written its media otherwise, and the text is all there is to go by.
    return pick(alike.length > 0 ? alike : same, contextRun);
  }

  /** The run begun from `parentRunId`, whatever its prompt: the wire text was not the one the model was called with. */
  begunFrom(parentRunId: string): PendingCall | undefined {
    const begun = [...this.#byRun.values()].filter((call) => call.parentRunId === parentRunId);
    return pick(begun, () => undefined);
  }
}

function pick(
  calls: readonly PendingCall[],
  contextRun: () => string | undefined,
): PendingCall | undefined {
  if (calls.length < 2) return calls[0];
  const unsent = calls.filter((call) => call.attempts === 0);
  const pool = unsent.length > 0 ? unsent : calls;
  if (pool.length < 2) return pool[0];
  const parent = contextRun();
  return pool.find((call) => call.parentRunId === parent) ?? pool[0];
}
