import {
  EngineError,
  systemClock,
  type CacheScope,
  type CallDraft,
  type CallPlan,
  type Capabilities,
  type Clock,
  type CostModel,
  type EngineBill,
  type EngineHost,
  type EngineLoad,
  type Milliseconds,
  type ModelApi,
  type PrefixId,
  type PrefixLink,
  type PrefixRef,
  type RequestBody,
  type Residency,
  type Ticket,
  type Transport,
  type Usage,
} from '@entresol/runtime-core';
import { z } from 'zod';
import { BackgroundRequests } from '../http/background-requests.ts';
import { callField } from '../http/chat-call.ts';
import { driverClosed } from '../http/driver-closed.ts';
import { undone } from '../http/undone.ts';
import type { EngineClient } from '../http/engine-client.ts';
import { CostFit } from '../slot-manager/cost-fit.ts';
import { AnnouncedCalls, type Announced } from './announced-calls.ts';
import { Bill } from './bill.ts';
import { HostedCalls, type CallResult } from './hosted-calls.ts';
import type { HostedEngine, HostedOptions } from './hosted-engine.ts';
import { HostedChain } from './hosted-chain.ts';
import type { EarlierPrompt, HostedDialect } from './hosted-dialect.ts';
import { LifeCache } from './life-cache.ts';
import { readModelCall, type ModelCall } from './model-call.ts';
import { ModelCosts } from './model-costs.ts';
import { OwnRequests } from './own-requests.ts';
import { PriceList } from './price-list.ts';
import { Standing } from './standing.ts';

const modelsSchema = z.object({ data: z.array(z.object({ id: z.string() })) });

/** Of a length that was estimated, this much is taken to be true. */
const believedShare = 0.75;

/**
 * Driver of an API that is paid by the token. It asks for nothing at `open`; residency is what was seen to be written, for
 * the life that it was given. `HostedDialect` says what one provider calls these things.
 */
export class HostedServer implements HostedEngine {
  readonly endpoint: string;
  readonly transport: Transport;
  readonly apis: readonly ModelApi[];
  readonly cost: CostModel;
  readonly residency: Residency;
  readonly #dialect: HostedDialect;
  readonly #options: HostedOptions;
  readonly #fetch: typeof globalThis.fetch;
  readonly #chain = new HostedChain();
  readonly #fit = new CostFit();
  readonly #cache: LifeCache;
  readonly #prices: PriceList;
  readonly #bill: Bill;
  readonly #own: OwnRequests;
  readonly #client: EngineClient;
  readonly #announced = new AnnouncedCalls();
  readonly #standing = new Standing(() => this.#clock.now());
  readonly #costs: ModelCosts;
  readonly #calls: HostedCalls;
  #clock: Clock;
  #background: BackgroundRequests | undefined;
  #host: EngineHost | undefined;
  #closed: Promise<void> | undefined;

  constructor(
    dialect: HostedDialect,
    options: HostedOptions,
    { baseURL, client }: { readonly baseURL: string; readonly client: EngineClient },
  ) {
    this.#dialect = dialect;
    this.#options = options;
    this.#fetch = options.fetch ?? globalThis.fetch;
    this.endpoint = options.endpoint ?? dialect.engine;
    this.apis = dialect.apis;
    this.cost = this.#fit;
    this.#clock = options.clock ?? systemClock;
    this.#cache = new LifeCache(() => this.#clock.now());
    this.residency = this.#cache;
    this.#prices = new PriceList(dialect.provider, options.prices);
    this.#bill = new Bill(this.#prices);
    this.#costs = new ModelCosts(dialect, this.#prices, this.#fit);
    this.#client = client;
    this.#own = new OwnRequests(dialect, client, options.apiKey);
    this.#calls = new HostedCalls(
      dialect,
      { now: () => this.#clock.now(), at: (atMs, run) => this.#clock.at(atMs, run) },
      this.#fetch,
      this.#standing,
    );
    this.transport = {
      baseURL,
      apiKey: options.apiKey ?? 'none',
      fetch: (input, init) => this.#serve(input, init),
    };
  }

  async open(host: EngineHost): Promise<Capabilities> {
    if (this.#closed !== undefined) throw driverClosed(this.#dialect.engine);
    this.#clock = this.#options.clock ?? host.clock;
    this.#host = host;
    this.#background ??= new BackgroundRequests({
      host,
      isResident: (prefix) => this.#cache.of(prefix).tokens > 0,
      warm: (body, { prefix }, signal) => this.#warm(body, prefix, signal),
      release: undefined,
      releases: this.#dialect.capabilities,
      retainMode: 'ttl',
      warmed: (prefix) => this.#keep(prefix, this.#own.lifeOf(prefix), this.#clock.now()),
      charged: () => undefined,
    });
    return this.#capabilities;
  }

  /** Without a key of its own the runtime sends nothing of its own. */
  get #capabilities(): Capabilities {
    const { capabilities } = this.#dialect;
    return this.#options.apiKey === undefined
      ? { ...capabilities, prefetch: 'none' }
      : capabilities;
  }

  close(): Promise<void> {
    this.#closed ??= this.#background?.close() ?? Promise.resolve();
    this.#announced.clear();
    this.#cache.clear();
    return this.#closed;
  }

  identify(body: RequestBody, scope: CacheScope): readonly PrefixLink[] {
    return this.#chain.identify(this.#dialect.prompt(body), scope);
  }

  decorate(body: RequestBody, plan: CallPlan, draft: CallDraft): RequestBody {
    if (!this.#dialect.follows) return body;
    const earlier = this.#earlier(body, draft);
    const decorated = this.#dialect.decorate(body, plan, draft, earlier);
    this.#announced.add({ draft, earlier, ...(decorated && { lives: decorated.lives }) });
    return { ...(decorated?.body ?? body), [callField]: draft.call };
  }

  #earlier(body: RequestBody, { scope }: CallDraft): EarlierPrompt | undefined {
    try {
      const ends = this.#chain.ends(this.#dialect.prompt(body), scope);
      for (const { id, messages } of ends) {
        const ttlMs = this.#cache.lifeOf(id);
        if (ttlMs !== undefined) return { id, messages, ttlMs };
      }
    } catch {
      // A prompt that cannot be read goes on from none.
    }
    return undefined;
  }

  usage(reply: unknown): Usage | undefined {
    const reader = this.#dialect.usageReader('chat');
    reader.see(reply);
    return reader.billed?.usage;
  }

  load(): EngineLoad {
    return { running: this.#calls.running, waiting: 0, ageMs: 0 };
  }

  costOf({ model }: CacheScope): CostModel {
    return this.#costs.of(model);
  }

  async check(): Promise<readonly string[]> {
    const { data } = await this.#client.get('/models', modelsSchema);
    return data.map(({ id }) => id);
  }

  get acting(): boolean {
    return this.#standing.isGood;
  }

  bill(): EngineBill {
    return this.#bill.snapshot();
  }

  submit(ticket: Ticket): void {
    const { kind, prefix } = ticket.intent;
    const asks = kind !== 'release';
    const refusal = asks ? this.#own.refusal(prefix, this.#capabilities) : undefined;
    const away = asks && !this.acting;
    if (this.#background !== undefined && refusal === undefined && !away) {
      this.#background.submit(ticket);
      return;
    }
    const reason = away ? 'the provider did not answer, and is left alone for a while' : refusal;
    const state = ticket.signal.aborted || away ? 'cancelled' : 'refused';
    this.#host?.settle(undone(ticket, state, reason ?? 'the driver is not open'));
  }

  async #warm(
    body: RequestBody,
    prefix: PrefixRef,
    signal: AbortSignal,
  ): Promise<Usage & { readonly usd?: number }> {
    const ttlMs = this.#cache.of(prefix).ttlMs ?? this.#shortestLife(prefix);
    const billed = await this.#asked(this.#own.warm(body, prefix, ttlMs, signal));
    const usd = this.#bill.charged(billed, prefix.scope.model);
    return usd === undefined ? billed.usage : { ...billed.usage, usd };
  }

  async #asked<T>(request: Promise<T>): Promise<T> {
    try {
      return await request;
    } catch (error) {
      if (error instanceof EngineError) this.#standing.failedWith(error);
      throw error;
    }
  }

  #shortestLife({ scope }: PrefixRef): Milliseconds {
    const lives = this.costOf(scope).money?.write.map(({ ttlMs }) => ttlMs) ?? [];
    const shortest = Math.min(...lives);
    if (Number.isFinite(shortest)) return shortest;
    throw new EngineError(
      `${this.#dialect.engine}: the model "${scope.model}" has no price; give one in prices`,
      { code: 'bad-request', engine: this.#dialect.engine, status: 400, value: scope.model },
    );
  }

  async #serve(input: string | URL | Request, init: RequestInit | undefined): Promise<Response> {
    const call = await readModelCall(input, init);
    if (call === undefined) return this.#fetch(input, init);
    const announced = this.#announced.take(call.call);
    if (announced !== undefined) this.#own.sent(announced.draft.prefixes, call.credential);
    return this.#calls.send(call, announced !== undefined, (result) =>
      this.#learn(call, announced, result),
    );
  }

  #learn({ body }: ModelCall, announced: Announced | undefined, result: CallResult): void {
    const { billed, prefillMs, startedAtMs } = result;
    if (billed === undefined) return;
    const model = typeof body['model'] === 'string' ? body['model'] : '';
    this.#bill.called(billed, model);
    if (announced === undefined) return;
    const { draft, earlier, lives } = announced;
    const { input, cacheRead } = billed.usage;
    if (earlier !== undefined && cacheRead !== 0) this.#cache.renew(earlier.id, startedAtMs);
    this.#count(body, draft.prefixes.at(-1)?.id, input);
    for (const prefix of draft.prefixes) {
      const ttlMs = lives?.get(prefix.id) ?? this.#dialect.unaskedLifeMs(prefix);
      if (ttlMs !== undefined && this.#isHeld(prefix, billed.usage, model)) {
        this.#keep(prefix, ttlMs, startedAtMs);
      } else this.#cache.forget(prefix);
    }
    if (prefillMs !== undefined && cacheRead !== undefined) {
      this.#fit.learnCompute(cacheRead, input, prefillMs);
    }
  }

  #count(body: RequestBody, whole: PrefixId | undefined, input: number): void {
    try {
      this.#chain.counted(this.#dialect.prompt(body), whole, input);
    } catch {
      // A prompt that cannot be read teaches nothing about lengths.
    }
  }

  /** Too short is not kept; where a reply tells what was read and written, nothing longer than that is. */
  #isHeld({ tokens }: PrefixRef, usage: Usage, model: string): boolean {
    const { input, cacheRead, cacheWrite } = usage;
    if (Math.min(tokens, input) < this.#dialect.minTokens(model) * believedShare) return false;
    if (cacheRead === undefined || cacheWrite === undefined) return true;
    return Math.min(tokens, input) * believedShare <= cacheRead + cacheWrite;
  }

  #keep(prefix: PrefixRef, ttlMs: Milliseconds, atMs: Milliseconds): void {
    this.#cache.used(prefix, ttlMs, atMs);
    this.#host?.emit({ type: 'engine-store', atMs, workload: '', prefix, tier: 'hosted' });
  }
}
