import type { CallDraft, CallId } from '@entresol/runtime-core';

/** Announced calls whose request has not come yet; an app that drops requests must not fill the memory. */
const maxDrafts = 1_024;

/** Calls that the runtime announced, until their request arrives and takes its draft along. */
export class CallDrafts {
  readonly #drafts = new Map<CallId, CallDraft>();

  remember(draft: CallDraft): void {
    this.#drafts.set(draft.call, draft);
    if (this.#drafts.size <= maxDrafts) return;
    const oldest = this.#drafts.keys().next().value;
    if (oldest !== undefined) this.#drafts.delete(oldest);
  }

  take(call: CallId | undefined): CallDraft | undefined {
    if (call === undefined) return undefined;
    const draft = this.#drafts.get(call);
    this.#drafts.delete(call);
    return draft;
  }

  clear(): void {
    this.#drafts.clear();
  }
}
