import {
  EngineError,
  type Capabilities,
  type Milliseconds,
  type PrefixId,
  type PrefixRef,
  type RequestBody,
} from '@entresol/runtime-core';
import { z } from 'zod';
import type { EngineClient } from '../http/engine-client.ts';
import { foreignKey, ForeignPrompts } from '../http/foreign-prompts.ts';
import type { HostedDialect } from './hosted-dialect.ts';
import type { BilledUsage } from './hosted-usage.ts';

/** A warm-up reads or writes a whole prompt; only a provider that hangs takes this long. */
const warmUpTimeoutMs = 60_000;
/** Lives of warm-ups that are remembered. */
const maxLives = 8_192;

/** The requests that a driver sends by itself: with its own key, and never over a prompt that came with another one. */
export class OwnRequests {
  readonly #dialect: HostedDialect;
  readonly #client: EngineClient;
  readonly #apiKey: string | undefined;
  readonly #foreign: ForeignPrompts;
  readonly #lives = new Map<PrefixId, Milliseconds>();

  constructor(dialect: HostedDialect, client: EngineClient, apiKey: string | undefined) {
    this.#dialect = dialect;
    this.#client = client;
    this.#apiKey = apiKey;
    this.#foreign = new ForeignPrompts((credential) => credential === apiKey);
  }

  /** A call went out with this key. */
  sent(prefixes: readonly PrefixRef[], credential: string | undefined): void {
    this.#foreign.sent(prefixes, credential);
  }

  /** Why nothing is sent for this prefix; undefined = it may be. */
  refusal(prefix: PrefixRef, { prefetch }: Capabilities): string | undefined {
    if (this.#apiKey === undefined) return 'the driver has no key of its own';
    if (prefetch === 'none') return 'the provider offers nothing to send';
    return this.#foreign.has(prefix) ? foreignKey : undefined;
  }

  /** The life that the last warm-up gave the prefix. */
  lifeOf({ id }: PrefixRef): Milliseconds {
    return this.#lives.get(id) ?? 0;
  }

  /**
   * @throws {EngineError} what the provider did
   */
  async warm(
    body: RequestBody,
    prefix: PrefixRef,
    ttlMs: Milliseconds,
    signal: AbortSignal,
  ): Promise<BilledUsage> {
    const request = this.#dialect.warmUp(body, prefix, ttlMs);
    if (request === undefined) {
      throw new EngineError(`${this.#dialect.engine}: this prompt cannot be warmed`, {
        code: 'bad-request',
        engine: this.#dialect.engine,
        status: 400,
      });
    }
    const options = { signal, timeoutMs: warmUpTimeoutMs };
    const reply = await this.#client.post(request.path, request.body, z.unknown(), options);
    this.#lives.delete(prefix.id);
    this.#lives.set(prefix.id, ttlMs);
    if (this.#lives.size > maxLives) {
      const [oldest] = this.#lives.keys();
      if (oldest !== undefined) this.#lives.delete(oldest);
    }
    const reader = this.#dialect.usageReader('chat');
    reader.see(reply);
    const unknown = { usage: { input: prefix.tokens, output: 0 }, model: undefined, written: [] };
    return reader.billed ?? unknown;
  }
}
