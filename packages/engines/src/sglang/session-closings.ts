import type { EngineClient } from '../http/engine-client.ts';

/** Requests at a time. */
const atOnce = 16;
/** Names that the server did not hear of; it evicts what they stand for all the same, only later. */
const maxUnheard = 4_096;

/** Closes names on the server, and again with the next ones where it did not hear. */
export class SessionClosings {
  readonly #unheard = new Set<string>();

  /** Names that are still to be closed. */
  get unheard(): number {
    return this.#unheard.size;
  }

  /** Rejects with an `EngineError` when the server did not hear of all. One that it does not know is fine with it. */
  async close(client: EngineClient, names: readonly string[]): Promise<void> {
    for (const name of names) if (this.#unheard.size < maxUnheard) this.#unheard.add(name);
    const all = [...this.#unheard];
    for (let at = 0; at < all.length; at += atOnce) {
      await Promise.all(all.slice(at, at + atOnce).map((name) => this.#close(client, name)));
    }
  }

  /** The server is gone. */
  forget(): void {
    this.#unheard.clear();
  }

  async #close(client: EngineClient, name: string): Promise<void> {
    // Not twice at the same time.
    if (!this.#unheard.delete(name)) return;
    try {
      await client.text('POST', '/close_session', JSON.stringify({ session_id: name }));
    } catch (error) {
      this.#unheard.add(name);
      throw error;
    }
  }
}
