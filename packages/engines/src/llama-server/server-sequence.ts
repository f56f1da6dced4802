import { EngineError } from '@entresol/runtime-core';
import type { SlotSequence } from '../slot-manager/slot-sequence.ts';
import type { ServerAPI } from './server-api.ts';

/** What the slots of a server can do besides computing. */
export interface SlotAbilities {
  /** True when they can be erased, saved and restored: the server was started with `--slot-save-path`. */
  readonly erases: boolean;
}

/** Tokens behind the names of saved states: the server tells how many it restored, and not which. */
export type SavedTokens = Map<string, Int32Array>;

/**
 * A slot of the server as a sequence. What is recorded is never more than the slot holds: the reply behind a prompt and
 * what a cut left in place are there as well, and the server finds them by itself.
 */
export class ServerSequence implements SlotSequence {
  readonly #api: ServerAPI;
  readonly #slot: number;
  readonly #saved: SavedTokens;
  readonly #abilities: SlotAbilities;
  #tokens: Int32Array = new Int32Array(0);
  /** True while the slot may hold something, known or not. */
  #used = true;
  /** True when the next prompt must find nothing of what the slot holds. */
  #barred = false;

  constructor(api: ServerAPI, slot: number, saved: SavedTokens, abilities: SlotAbilities) {
    this.#api = api;
    this.#slot = slot;
    this.#saved = saved;
    this.#abilities = abilities;
  }

  /** False when the next prompt has to be computed whole (`cache_prompt`). */
  get reusable(): boolean {
    return !this.#barred;
  }

  get length(): number {
    return this.#tokens.length;
  }

  async prefill(tokens: Int32Array): Promise<void> {
    const whole = new Int32Array(this.#tokens.length + tokens.length);
    whole.set(this.#tokens);
    whole.set(tokens, this.#tokens.length);
    this.#used = true;
    await this.#api.prefill(this.#slot, whole, this.reusable);
    this.#barred = false;
    this.#tokens = whole;
  }

  /** A request has left these tokens in the slot. */
  adopt(tokens: Int32Array): void {
    this.#used = true;
    this.#barred = false;
    this.#tokens = tokens;
  }

  /** Forgets what is not known any more, without asking the server. */
  disown(): void {
    this.#used = true;
    this.#tokens = new Int32Array(0);
  }

  /**
   * Shortens the record; the server cuts its own when the next prompt comes. Only at 0 the slot is erased, or barred where
   * the server cannot erase, so that nothing of one tenant is there for the next.
   */
  async trim(length: number): Promise<void> {
    if (length < this.#tokens.length) this.#tokens = this.#tokens.subarray(0, length);
    if (length > 0 || !this.#used) return;
    if (!this.#abilities.erases) {
      this.#barred = true;
      return;
    }
    await this.#api.erase(this.#slot);
    this.#used = false;
  }

  async save(name: string): Promise<number> {
    const bytes = await this.#api.save(this.#slot, name);
    this.#saved.set(name, this.#tokens);
    return bytes;
  }

  async load(name: string): Promise<void> {
    const tokens = this.#saved.get(name);
    this.disown();
    this.#barred = false;
    if (tokens === undefined) throw lost(name, undefined);
    const restored = await this.#api.restore(this.#slot, name);
    if (restored.tokens < tokens.length) throw lost(name, restored.tokens);
    this.#tokens = tokens;
  }
}

function lost(name: string, tokens: number | undefined): EngineError {
  return new EngineError(`llama-server: the saved state ${name} is not what was saved`, {
    code: 'failed',
    engine: 'llama-server',
    value: { name, tokens },
  });
}
