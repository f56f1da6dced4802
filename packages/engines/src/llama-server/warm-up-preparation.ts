import type { EngineHost, Intent, Ticket } from '@entresol/runtime-core';
import type { BackgroundDesk } from '../slot-manager/background/background-desk.ts';
import type { Content } from '../slot-manager/slots/content.ts';
import type { ServerAPI } from './server-api.ts';
import type { ServerPrompts } from './server-prompts.ts';

type Prefetch = Extract<Intent, { kind: 'prefetch' }>;

/** What a prompt came to: its tokens, nothing when its text is gone, or why it could not be had. */
type Prepared = { readonly content: Content | undefined } | { readonly error: unknown };

/** Has the server count a prompt before a warm-up of it is queued: the queue asks for tokens at once. */
export class WarmUpPreparation {
  readonly #prompts: ServerPrompts;
  readonly #host: EngineHost;
  readonly #api: ServerAPI;
  readonly #prepared = new WeakMap<Prefetch, Prepared>();
  readonly #preparing = new Set<Promise<void>>();

  constructor(prompts: ServerPrompts, host: EngineHost, api: ServerAPI) {
    this.#prompts = prompts;
    this.#host = host;
    this.#api = api;
  }

  /** Hands the ticket on when its prompt is known, whatever it came to. */
  submit(ticket: Ticket, intent: Prefetch, desk: BackgroundDesk): void {
    const preparing = this.#handOn(ticket, intent, desk);
    this.#preparing.add(preparing);
    void preparing.finally(() => this.#preparing.delete(preparing));
  }

  async #handOn(ticket: Ticket, intent: Prefetch, desk: BackgroundDesk): Promise<void> {
    this.#prepared.set(intent, await this.#prepare(intent, ticket.signal));
    desk.submit(ticket);
  }

  async #prepare({ prefix }: Prefetch, signal: AbortSignal): Promise<Prepared> {
    if (signal.aborted) return { content: undefined };
    try {
      return {
        content: await this.#prompts.wantedByWarmUp(prefix, this.#host, this.#api, signal),
      };
    } catch (error) {
      return { error };
    }
  }

  /** Of an intent that was handed on. Throws why its prompt could not be had. */
  wantedBy(intent: Prefetch): Content | undefined {
    const prepared = this.#prepared.get(intent);
    if (prepared === undefined) return undefined;
    if ('error' in prepared) throw prepared.error;
    return prepared.content;
  }

  /** Settles when every ticket was handed on. */
  async settled(): Promise<void> {
    await Promise.all(this.#preparing);
  }
}
