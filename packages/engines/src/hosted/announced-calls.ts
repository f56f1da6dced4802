import type { CallDraft } from '@entresol/runtime-core';
import type { Decorated, EarlierPrompt } from './hosted-dialect.ts';

export interface Announced extends Partial<Pick<Decorated, 'lives'>> {
  readonly draft: CallDraft;
  readonly earlier: EarlierPrompt | undefined;
}

/** An app that drops requests must not fill the memory. */
const maxAnnounced = 1_024;

/** Calls whose request has not come yet. */
export class AnnouncedCalls {
  readonly #calls = new Map<string, Announced>();

  add(announced: Announced): void {
    this.#calls.set(announced.draft.call, announced);
    if (this.#calls.size <= maxAnnounced) return;
    const oldest = this.#calls.keys().next().value;
    if (oldest !== undefined) this.#calls.delete(oldest);
  }

  take(call: string | undefined): Announced | undefined {
    if (call === undefined) return undefined;
    const announced = this.#calls.get(call);
    this.#calls.delete(call);
    return announced;
  }

  clear(): void {
    this.#calls.clear();
  }
}
