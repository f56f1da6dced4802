import type {
  CacheScope,
  CallDraft,
  CallPlan,
  Capabilities,
  Clock,
  CostModel,
  EngineDriver,
  EngineError,
  EngineHost,
  EngineLoad,
  EvictionOrder,
  Milliseconds,
  MissingEffect,
  PrefixLink,
  PrefixRef,
  RequestBody,
  Residency,
  Ticket,
  Transport,
  Usage,
} from '@entresol/runtime-core';
import { CostFit } from '../slot-manager/cost-fit.ts';
import { CallDrafts } from '../slot-manager/serving/call-drafts.ts';
import { BackgroundRequests } from './background-requests.ts';
import { CallCounters, type CallStats } from './call-counters.ts';
import { CallObserver } from './call-observer.ts';
import { callField, readChatCall, type ChatCall } from './chat-call.ts';
import { Comeback, isPassing } from './comeback.ts';
import type { Dialect, ServerFacts } from './dialect.ts';
import { driverClosed } from './driver-closed.ts';
import { EngineClient } from './engine-client.ts';
import { LoadReading } from './load-reading.ts';
import { OwnRequests } from './own-requests.ts';
import { PromptChain } from './prompt-chain.ts';
import { parseServerURL } from './server-url.ts';
import { ShadowCache } from './shadow-cache.ts';
import { TouchBalance } from './touch-balance.ts';
import { undone } from './undone.ts';

export interface CachingServerOptions {
  readonly baseURL: string;
  readonly apiKey?: string;
  readonly endpoint?: string;
  readonly timeoutMs?: Milliseconds;
  readonly fetch?: typeof globalThis.fetch;
  readonly clock?: Clock;
}

/** What a driver of a server with an automatic prefix cache says of it. */
export interface CachingServerInfo extends ServerFacts {
  /** False while the server does not answer. */
  readonly acting: boolean;
  /** False once a reply came without the tokens that were cached: residency is then never corrected. */
  readonly reportsCachedTokens: boolean;
}

/** What a touch says beyond the prompt, by and large: a message of one character. */
const tokensBeyond = 4;
/** Next victims that are told. */
const orderedVictims = 128;
const defaultTimeoutMs = 10_000;

/**
 * Driver of a server that keeps prompts by itself and evicts by age: residency is a shadow of its cache, retention a
 * touch or a push, prefetch a request of one token or none. `Dialect` says what one kind of server calls these things.
 */
export class CachingServer implements EngineDriver {
  readonly endpoint: string;
  readonly transport: Transport;
  readonly cost: CostModel;
  readonly #dialect: Dialect;
  readonly #options: CachingServerOptions;
  readonly #fetch: typeof globalThis.fetch;
  readonly #client: EngineClient;
  readonly #own: OwnRequests;
  readonly #chain: PromptChain;
  readonly #shadow: ShadowCache;
  readonly #fit = new CostFit();
  readonly #drafts = new CallDrafts();
  readonly #counters = new CallCounters();
  #host: EngineHost | undefined;
  #observer: CallObserver | undefined;
  #opening: Promise<void> | undefined;
  #facts: ServerFacts | undefined;
  #absence: EngineError | undefined;
  /** Undefined while there is no server to act on. */
  #background: BackgroundRequests | undefined;
  #reading: LoadReading | undefined;
  #comeback: Comeback | undefined;
  #closed: Promise<void> | undefined;

  /** @throws {EngineError} `bad-url` */
  constructor(dialect: Dialect, options: CachingServerOptions) {
    const url = parseServerURL(options.baseURL, dialect.engine);
    this.#dialect = dialect;
    this.#options = options;
    this.#fetch = options.fetch ?? globalThis.fetch;
    this.#chain = new PromptChain(dialect.engine);
    const { ancestry } = this.#chain;
    const isPushed =
      dialect.isPushed && ((prefix: PrefixRef) => dialect.isPushed?.(prefix) === true);
    this.#shadow = new ShadowCache({ ancestry, isPushed });
    this.endpoint = options.endpoint ?? dialect.engine;
    this.cost = this.#fit;
    this.#client = new EngineClient({
      engine: dialect.engine,
      root: url.root,
      apiKey: options.apiKey,
      fetch: this.#fetch,
      timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
      onUnreachable: () => this.#lose(),
    });
    dialect.prompts?.(ancestry);
    this.#own = new OwnRequests({
      dialect,
      client: this.#client,
      shadow: this.#shadow,
      apiKey: options.apiKey,
      isOrdered: () => this.#background !== undefined && this.#host?.orders === true,
      now: () => (options.clock ?? this.#host?.clock)?.now() ?? 0,
    });
    this.transport = {
      baseURL: url.api,
      apiKey: options.apiKey ?? 'none',
      fetch: (input, init) => this.#serve(input, init),
    };
  }

  get residency(): Residency {
    return this.#shadow;
  }

  /**
   * A server that is not up yet is waited for: until it is, requests pass and nothing is done in the background.
   * @throws {EngineError} when something else answers, or the server refuses us
   */
  async open(host: EngineHost): Promise<Capabilities> {
    if (this.#closed !== undefined) throw driverClosed(this.#dialect.engine);
    const clock = this.#options.clock ?? host.clock;
    this.#host = host;
    this.#observer ??= new CallObserver({
      host,
      clock,
      fit: this.#fit,
      shadow: this.#shadow,
      touches: new TouchBalance(this.#chain.ancestry, clock),
      isTouched: () => this.#dialect.capabilities.retention === 'touch',
      figures: this.#chain.figures,
      counters: this.#counters,
      usage: (reply) => this.usage(reply),
      found: (draft, cachedTokens) => this.#own.found(draft, cachedTokens),
    });
    this.#comeback ??= new Comeback(clock, () => this.#connect(host, clock));
    this.#opening ??= this.#connect(host, clock);
    try {
      await this.#opening;
    } catch (error) {
      if (!isPassing(error)) throw error;
      this.#absence = error;
      this.#comeback.begin();
    }
    const { capabilities } = this.#dialect;
    this.#own.told(capabilities);
    return capabilities;
  }

  async #connect(host: EngineHost, clock: Clock): Promise<void> {
    const facts = await this.#dialect.probe(this.#client);
    if (this.#closed !== undefined) return;
    this.#facts = facts;
    this.#own.model = facts.model;
    if (facts.cacheTokens !== undefined) this.#observer?.limit(facts.cacheTokens);
    this.#reading?.stop();
    this.#reading = new LoadReading(clock, () => this.#dialect.load(this.#client));
    this.#background = new BackgroundRequests({
      host,
      requestsWait: () => this.load().waiting > 0,
      isShared: () => (this.#observer?.running ?? 0) > 0,
      computeMs: (from, to) => this.#fit.computeMs(from, to),
      isForeign: (prefix) => this.#own.foreign.has(prefix),
      isResident: (prefix) => this.#shadow.holds(prefix),
      warm: (body, { prefix, kind }, signal) => this.#own.warm(body, prefix, kind, signal),
      footprintBytes: (tokens) => this.#fit.footprintBytes(tokens),
      release: this.#dialect.release && ((prefix) => this.#own.release(prefix)),
      releases: this.#dialect.capabilities,
      retainMode: this.#dialect.capabilities.retention === 'push' ? 'ranked' : 'touch',
      warmed: (prefix, usage, why) => this.#observer?.warmed(prefix, usage, why),
      charged: (tokens) => this.#counters.charged(tokens),
    });
  }

  /** The server does not answer: nothing is done any more until it does, and what it held is taken to be gone. */
  #lose(): void {
    const background = this.#background;
    if (background === undefined || this.#closed !== undefined) return;
    this.#background = undefined;
    this.#reading?.stop();
    this.#reading = undefined;
    this.#observer?.clear();
    this.#dialect.gone?.();
    void background.close();
    this.#comeback?.begin();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#comeback?.stop();
    this.#reading?.stop();
    // An opening that failed has nothing to free and told its own caller.
    await this.#opening?.catch(() => undefined);
    const background = this.#background;
    this.#background = undefined;
    this.#drafts.clear();
    this.#observer?.clear();
    await background?.close();
    // Of a server that is not there nothing can be taken back.
    if (background !== undefined) await this.#own.takeBack();
  }

  identify(body: RequestBody, scope: CacheScope): readonly PrefixLink[] {
    return this.#chain.identify(body, scope);
  }

  decorate(body: RequestBody, _plan: CallPlan, draft: CallDraft): RequestBody {
    this.#drafts.remember(draft);
    const pushes = this.#own.pushes(draft);
    return { ...this.#dialect.decorate(body, draft, pushes), [callField]: draft.call };
  }

  usage(reply: unknown): Usage | undefined {
    return this.#own.usage(reply);
  }

  load(): EngineLoad {
    const own = this.#observer?.running ?? 0;
    if (!this.#dialect.capabilities.exclusive) {
      return this.#reading?.load(own) ?? { running: own, waiting: 0, ageMs: 0 };
    }
    // All requests are ours: what runs is known to the moment, and only what waits must be asked for.
    return { running: own, waiting: own === 0 ? 0 : (this.#reading?.waiting ?? 0), ageMs: 0 };
  }

  evictionOrder(): EvictionOrder {
    const shadow = this.#shadow;
    const touchTokens = (this.#facts?.blockTokens ?? 1) + tokensBeyond;
    // Where touches do not pay, nothing is told that could be touched.
    const held = this.#observer?.touchesPay === false ? [] : shadow.inOrder(orderedVictims);
    return { held, freeTokens: shadow.freeTokens, touchTokens };
  }

  missing(): readonly MissingEffect[] {
    return this.#own.missing(this.#facts);
  }

  submit(ticket: Ticket): void {
    if (this.#background !== undefined) {
      this.#background.submit(ticket);
      return;
    }
    this.#host?.settle(undone(ticket, 'cancelled', 'the server is not there'));
  }

  /** @throws {EngineError} `closed` before `open`; what kept the server from being reached until it was once */
  info(): CachingServerInfo {
    if (this.#facts === undefined) throw this.#absence ?? driverClosed(this.#dialect.engine);
    return {
      ...this.#facts,
      acting: this.#background !== undefined,
      reportsCachedTokens: this.#observer?.reportsCachedTokens ?? true,
    };
  }

  stats(): CallStats {
    return this.#counters.snapshot();
  }

  async #serve(input: string | URL | Request, init: RequestInit | undefined): Promise<Response> {
    const chat = await readChatCall(input, init);
    if (chat === undefined) return this.#fetch(input, init);
    const draft = this.#drafts.take(chat.call);
    if (draft === undefined || this.#observer === undefined) return this.#forward(chat);
    this.#own.foreign.sent(draft.prefixes, chat.credential);
    try {
      return await this.#observer.send(chat, draft, this.#fetch);
    } catch (error) {
      if (chat.init.signal?.aborted !== true) this.#lose();
      throw error;
    }
  }

  /** As the app wrote it. */
  #forward({ url, init, body }: ChatCall): Promise<Response> {
    return this.#fetch(url, { ...init, body: JSON.stringify(body) });
  }
}
