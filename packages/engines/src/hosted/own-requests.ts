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
import type { HostedDialect } from './hosted-dialect.ts';
import type { BilledUsage } from './hosted-usage.ts';

/** A warm-up reads or writes a whole prompt; only a provider that hangs takes this long. */
const warmUpTimeoutMs = 60_000;
/** Prefixes of others that are remembered. */
const maxForeign = 8_192;

/** The requests that a driver sends by itself: with its own key, and never over a prompt that came with another one. */
export class OwnRequests {
  readonly #dialect: HostedDialect;
  readonly #client: EngineClient;
  readonly #apiKey: string | undefined;
  /** Prefixes last sent with a key that is not ours: theirs is another cache, and not ours to pay for. */
  readonly #foreign = new Set<PrefixId>();
  readonly #lives = new Map<PrefixId, Milliseconds>();

  constructor(dialect: HostedDialect, client: EngineClient, apiKey: string | undefined) {
    this.#dialect = dialect;
    this.#client = client;
    this.#apiKey = apiKey;
  }

  /** A call went out with this key. */
  sent(prefixes: readonly PrefixRef[], credential: string | undefined): void {
    for (const { id } of prefixes) {
      this.#foreign.delete(id);
      if (credential === this.#apiKey) continue;
      this.#foreign.add(id);
      if (this.#foreign.size <= maxForeign) continue;
      const [oldest] = this.#foreign;
      if (oldest !== undefined) this.#foreign.delete(oldest);
    }
  }

  /** Why nothing is sent for this prefix; undefined = it may be. */
  refusal({ id }: PrefixRef, { prefetch }: Capabilities): string | undefined {
    if (this.#apiKey === undefined) return 'the driver has no key of its own';
    if (prefetch === 'none') return 'the provider offers nothing to send';
    return this.#foreign.has(id) ? 'its calls carry another key than the driver' : undefined;
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
    if (this.#lives.size > maxForeign) {
      const [oldest] = this.#lives.keys();
      if (oldest !== undefined) this.#lives.delete(oldest);
    }
    const reader = this.#dialect.usageReader('chat');
    reader.see(reply);
    const unknown = { usage: { input: prefix.tokens, output: 0 }, model: undefined, written: [] };
    return reader.billed ?? unknown;
  }
}
