import {
  EffectWatch,
  type CallDraft,
  type CallId,
  type Capabilities,
  type Milliseconds,
  type MissingEffect,
  type PrefixRef,
  type RequestBody,
  type Usage,
} from '@entresol/runtime-core';
import { z } from 'zod';
import type { Dialect, OwnUsage, ServerFacts } from './dialect.ts';
import type { EngineClient } from './engine-client.ts';
import { ForeignPrompts, isKeyOf } from './foreign-prompts.ts';
import { readUsage } from './reply-usage.ts';
import type { ShadowCache } from './shadow-cache.ts';

export interface OwnRequestsOptions {
  readonly apiKey: string | undefined;
  readonly dialect: Dialect;
  readonly client: EngineClient;
  readonly shadow: ShadowCache;
  /** Is there a runtime whose order of worth is carried out now? */
  readonly isOrdered: () => boolean;
  readonly now: () => Milliseconds;
}

/** A warm-up computes a whole prompt; only a server that hangs takes this long. */
const warmUpTimeoutMs = 120_000;
/** Calls that failed never tell what they found. */
const maxExpected = 1_024;

/** What the driver sends by itself: warm-ups, touches, pushes, and what takes them back. */
export class OwnRequests {
  /** What came with another key. */
  readonly foreign: ForeignPrompts;
  readonly #options: OwnRequestsOptions;
  /** What the runtime was told that the engine can do. */
  #told: Capabilities | undefined;
  /** First model of the server; known when it was found. */
  model: string | undefined;
  /** Whether what calls pushed is found by the calls after them. */
  readonly #watch: EffectWatch;
  /** Tokens of calls that are under way which earlier calls have pushed. */
  readonly #expected = new Map<CallId, number>();

  constructor(options: OwnRequestsOptions) {
    this.#options = options;
    this.foreign = new ForeignPrompts(isKeyOf(options.apiKey));
    this.#watch = new EffectWatch(options.now);
  }

  told(capabilities: Capabilities): void {
    this.#told = capabilities;
  }

  /**
   * May prompts be pushed now? A server that came up later is used as the runtime was told at the time: nobody would let
   * go what is pushed.
   */
  get #pushes(): boolean {
    const { retention, drop } = this.#told ?? {};
    return (retention === 'push' || drop === true) && this.#options.isOrdered();
  }

  /** Is this call to push what it sends? */
  pushes({ call, prefixes }: CallDraft): boolean {
    if (!this.#pushes) {
      // Nobody orders any more: the engine's own order must hold again, also for what was pushed before.
      void this.takeBack();
      return false;
    }
    // Before it has a name: what it pushes itself shows nothing.
    const whole = prefixes.at(-1);
    const pushed = whole && this.#options.shadow.pushedPart(whole);
    if (pushed !== undefined) this.#expect(call, pushed);
    if (!this.#watch.allows('push')) return false;
    this.#watch.tried('push', call);
    return true;
  }

  #expect(call: CallId, tokens: number): void {
    this.#expected.set(call, tokens);
    if (this.#expected.size <= maxExpected) return;
    const oldest = this.#expected.keys().next().value;
    if (oldest !== undefined) this.#expected.delete(oldest);
  }

  /** A call has told what it found; a part of it may have been pushed, and must be there. */
  found({ call }: CallDraft, cachedTokens: number | undefined): void {
    const pushed = this.#expected.get(call);
    this.#expected.delete(call);
    if (pushed === undefined || cachedTokens === undefined) return;
    // Lengths are estimates, and whole blocks are found.
    const gaveUp = this.#watch.shown('push', 2 * cachedTokens >= pushed);
    if (gaveUp) void this.takeBack();
  }

  /** What is not sought of the server: it did not show it, or was not started for it. */
  missing(facts: ServerFacts | undefined): readonly MissingEffect[] {
    const without = facts?.withoutEffect ?? [];
    return [...this.#watch.missing, ...without.map((effect) => ({ effect, tries: 0 }))];
  }

  async warm(
    body: RequestBody,
    prefix: PrefixRef,
    why: 'prefetch' | 'retain',
    signal: AbortSignal,
  ): Promise<OwnUsage> {
    const { dialect, client } = this.#options;
    const own = { prefix, why, orders: this.#pushes && this.#watch.allows('push') };
    const options = { signal, timeoutMs: warmUpTimeoutMs };
    const prefilled = await dialect.prefill?.(client, body, own, options);
    if (prefilled !== undefined) return prefilled;
    const request = dialect.warmUp(body, own);
    const sent = { ...request, ...(request['model'] === undefined ? { model: this.model } : {}) };
    const reply = await client.post('/v1/chat/completions', sent, z.unknown(), options);
    return this.#ownUsage(reply) ?? { input: prefix.tokens, output: 1 };
  }

  usage(reply: unknown): Usage | undefined {
    const usage = this.#ownUsage(reply);
    if (usage === undefined) return undefined;
    const { loaded: _loaded, ...told } = usage;
    return told;
  }

  #ownUsage(reply: unknown): OwnUsage | undefined {
    return this.#options.dialect.usage?.(reply) ?? readUsage(reply);
  }

  /** @returns why not, or undefined when it is done */
  async release(prefix: PrefixRef): Promise<string | undefined> {
    const { dialect, client, shadow } = this.#options;
    const { drop } = dialect.capabilities;
    if (drop && prefix.parent !== undefined && !shadow.isBranch(prefix)) {
      return 'what stands in front of it would go with it';
    }
    const refused = await dialect.release?.(client, prefix);
    if (drop && refused === undefined) shadow.forget(prefix);
    return refused;
  }

  /** Best effort: what stays pushed goes all the same when there is no room for more. */
  async takeBack(): Promise<void> {
    const { dialect, client } = this.#options;
    await dialect.takeBack?.(client).catch(() => undefined);
  }
}
