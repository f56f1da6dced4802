import type {
  CacheScope,
  CallDraft,
  CallPlan,
  Capabilities,
  CostModel,
  EngineDriver,
  EngineError,
  EngineHost,
  EngineLoad,
  PrefixLink,
  RequestBody,
  Residency,
  Ticket,
  Transport,
  Usage,
} from '@entresol/runtime-core';
import { callField, computesPrompt, readChatCall, type ChatCall } from '../http/chat-call.ts';
import { Comeback, isPassing } from '../http/comeback.ts';
import { driverClosed } from '../http/driver-closed.ts';
import { EngineClient } from '../http/engine-client.ts';
import { readUsage } from '../http/reply-usage.ts';
import { ForeignPrompts, foreignKey, isKeyOf } from '../http/foreign-prompts.ts';
import { parseServerURL } from '../http/server-url.ts';
import { undone } from '../http/undone.ts';
import { CostFit } from '../slot-manager/cost-fit.ts';
import type { Content } from '../slot-manager/slots/content.ts';
import { CallDrafts } from '../slot-manager/serving/call-drafts.ts';
import { PrefixBook } from '../slot-manager/slots/prefix-book.ts';
import { SlotResidency } from '../slot-manager/slots/slot-residency.ts';
import { EngineCounters, type SlotStats } from '../slot-manager/stats.ts';
import { openServer, type OpenServer } from './open-server.ts';
import type { LlamaServerInfo, LlamaServerOptions } from './options.ts';
import { isPlaceable } from './placeable.ts';
import { ServerAPI } from './server-api.ts';
import { ServerPrompts } from './server-prompts.ts';
import type { ReadySlot } from './server-requests.ts';

const engine = 'llama-server';
const defaultTimeoutMs = 10_000;
/** Fewer tokens than this are not worth a warm-up. */
const minWarmTokens = 64;

/** A llama.cpp server whose slots this process manages. */
export interface LlamaServerEngine extends EngineDriver {
  /** @throws {EngineError} `closed` before `open`; what kept the server from being reached until it was once */
  info(): LlamaServerInfo;
  stats(): SlotStats;
}

/**
 * llama.cpp's own server: the runtime's policies choose its slots and what of them is saved. Requests go out as the app
 * wrote them whenever the server cannot be managed.
 * @throws {EngineError} `bad-url`
 */
export function llamaServer(options: LlamaServerOptions): LlamaServerEngine {
  return new LlamaServer(options);
}

class LlamaServer implements LlamaServerEngine {
  readonly endpoint: string;
  readonly transport: Transport;
  readonly residency: Residency;
  readonly #cost = new CostFit();
  readonly #options: LlamaServerOptions;
  readonly #fetch: typeof globalThis.fetch;
  readonly #api: ServerAPI;
  readonly #counters = new EngineCounters();
  readonly #book = new PrefixBook();
  readonly #drafts = new CallDrafts();
  readonly #foreign: ForeignPrompts;
  readonly #prompts: ServerPrompts;
  readonly #slots: SlotResidency;
  readonly #surprises = { 'miscounted-prompt': 0, 'missing-tokens': 0 };
  #host: EngineHost | undefined;
  #opening: Promise<OpenServer> | undefined;
  /** Undefined while there is no server to manage. */
  #server: OpenServer | undefined;
  #comeback: Comeback | undefined;
  #lastKnown: OpenServer | undefined;
  /** Why the server could not be reached when it was opened. */
  #absence: EngineError | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: LlamaServerOptions) {
    const url = parseServerURL(options.baseURL, engine);
    this.#options = options;
    this.#fetch = options.fetch ?? globalThis.fetch;
    this.endpoint = options.endpoint ?? engine;
    const client = new EngineClient({
      engine,
      root: url.root,
      apiKey: options.apiKey,
      fetch: this.#fetch,
      timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
      onUnreachable: () => this.#lose(),
    });
    this.#api = new ServerAPI(client);
    this.#foreign = new ForeignPrompts(isKeyOf(options.apiKey));
    this.#prompts = new ServerPrompts(this.#book);
    this.#slots = new SlotResidency(this.#book);
    this.residency = { of: (prefix) => this.#held(prefix) };
    this.transport = {
      baseURL: url.api,
      apiKey: options.apiKey ?? 'none',
      fetch: (input, init) => this.#serve(input, init),
    };
  }

  get cost(): CostModel {
    return this.#cost;
  }

  /**
   * A server that is not up yet is waited for: until it is, requests pass as the app wrote them.
   * @throws {EngineError} when something else answers, or the server refuses us
   */
  async open(host: EngineHost): Promise<Capabilities> {
    if (this.#closed !== undefined) throw driverClosed(engine);
    this.#host = host;
    if (this.#opening === undefined) {
      const clock = this.#options.clock ?? host.clock;
      this.#comeback = new Comeback(clock, async () => {
        await this.#connect(host);
      });
      this.#opening = this.#connect(host);
    }
    try {
      await this.#opening;
    } catch (error) {
      if (!isPassing(error)) throw error;
      this.#absence = error;
      this.#comeback?.begin();
    }
    return capabilitiesOf(this.#options);
  }

  async #connect(host: EngineHost): Promise<OpenServer> {
    const clock = this.#options.clock ?? host.clock;
    const server = await openServer(this.#options, {
      view: { host, clock, cost: this.#cost, counters: this.#counters },
      api: this.#api,
      book: this.#book,
      prompts: this.#prompts,
      fetch: this.#fetch,
      onSurprise: (kind) => {
        this.#surprises[kind] += 1;
        // Somebody else uses the slots, or the server has dropped them: what is in the others is not known either.
        if (kind === 'missing-tokens') this.#server?.disownIdle();
      },
    });
    if (this.#closed !== undefined) {
      await server.close({ wipe: true });
      throw driverClosed(engine);
    }
    this.#server = server;
    this.#lastKnown = server;
    this.#slots.attach(server.table, server.tier);
    return server;
  }

  /** The server does not answer: nothing is done any more until it does. */
  #lose(): void {
    const lost = this.#server;
    if (lost === undefined || this.#closed !== undefined) return;
    this.#server = undefined;
    this.#slots.detach();
    void lost.close({ wipe: false });
    this.#comeback?.begin();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#comeback?.stop();
    // An opening that failed has nothing to free and told its own caller.
    await this.#opening?.catch(() => undefined);
    const server = this.#server;
    this.#server = undefined;
    this.#slots.detach();
    this.#drafts.clear();
    this.#book.clear();
    await server?.close({ wipe: true });
  }

  identify(body: RequestBody, scope: CacheScope): readonly PrefixLink[] {
    return this.#prompts.identify(body, scope);
  }

  decorate(body: RequestBody, _plan: CallPlan, draft: CallDraft): RequestBody {
    this.#drafts.remember(draft);
    return { ...body, [callField]: draft.call };
  }

  usage(reply: unknown): Usage | undefined {
    return readUsage(reply);
  }

  load(): EngineLoad {
    return this.#server?.load() ?? { running: 0, waiting: 0, ageMs: 0 };
  }

  submit(ticket: Ticket): void {
    const { kind, prefix } = ticket.intent;
    const isForeign = kind === 'prefetch' && this.#foreign.has(prefix);
    if (this.#server !== undefined && !isForeign) {
      this.#server.submit(ticket);
      return;
    }
    this.#host?.settle(
      isForeign
        ? undone(ticket, 'refused', foreignKey)
        : undone(ticket, 'cancelled', 'the server is not there'),
    );
  }

  info(): LlamaServerInfo {
    const known = this.#lastKnown;
    if (known === undefined) throw this.#absence ?? driverClosed(engine);
    const { props, stateBytes, tier } = known;
    return {
      name: engine,
      version: props.build,
      model: props.model,
      slots: props.slots,
      contextTokens: props.slotTokens,
      savesSlots: tier !== undefined,
      stateBytes,
      acting: this.#server !== undefined,
      miscountedPrompts: this.#surprises['miscounted-prompt'],
      missingTokens: this.#surprises['missing-tokens'],
    };
  }

  stats(): SlotStats {
    return this.#counters.snapshot();
  }

  /** What the server was counted to hold, in the tokens that the runtime knows the prefix by. */
  #held(prefix: Parameters<Residency['of']>[0]): ReturnType<Residency['of']> {
    const held = this.#slots.of(prefix);
    const counted = this.#prompts.chain.figures.counted(prefix.id) ?? prefix.tokens;
    const tokens = held.tokens >= counted ? prefix.tokens : Math.min(held.tokens, prefix.tokens);
    return { ...held, tokens };
  }

  async #serve(input: string | URL | Request, init: RequestInit | undefined): Promise<Response> {
    const chat = await readChatCall(input, init);
    const server = this.#server;
    const draft = chat && this.#drafts.take(chat.call);
    if (draft !== undefined) this.#foreign.sent(draft.prefixes, chat?.credential);
    if (chat === undefined || server === undefined || !isPlaceable(chat)) {
      if (computesPrompt(input, init)) server?.disownIdle();
      return chat === undefined ? this.#fetch(input, init) : this.#forward(chat);
    }
    const signal = chat.init.signal ?? new AbortController().signal;
    let wanted: Content | undefined;
    let placed: ReadySlot | undefined;
    try {
      wanted = await this.#prompts.wantedBy(chat.body, draft, this.#api, signal);
      if (server.requests.fits(wanted)) placed = await server.requests.place(wanted, signal);
    } catch {
      signal.throwIfAborted();
      // Whatever we could not do, the server answers the app as it would without us.
    }
    if (wanted === undefined || placed === undefined) {
      server.disownIdle();
      return this.#forward(chat);
    }
    try {
      return await server.requests.send(chat, placed, wanted);
    } catch (error) {
      if (!signal.aborted) this.#lose();
      throw error;
    }
  }

  /** As the app wrote it. */
  #forward({ url, init, body }: ChatCall): Promise<Response> {
    return this.#fetch(url, { ...init, body: JSON.stringify(body) });
  }
}

function capabilitiesOf({ exclusive = true, stateBytes }: LlamaServerOptions): Capabilities {
  return {
    retention: 'ask',
    prefetch: stateBytes === 0 ? 'prefill-only' : 'restore',
    drop: true,
    demote: true,
    extraRequestsCostMoney: false,
    minWarmTokens,
    exclusive,
  };
}
