import type { CallPlan } from '../directives.ts';
import type {
  Capabilities,
  EngineDriver,
  EngineHost,
  RequestBody,
  Transport,
  VictimCandidate,
} from '../engine-driver.ts';
import type { EvictionOrder } from '../eviction-order.ts';
import type { CacheScope, Milliseconds, PrefixId, PrefixLink, PrefixRef } from '../identities.ts';
import type { Ticket } from '../intents.ts';
import type { CallDraft } from '../policy.ts';
import { createPrefixChain } from '../prefix-chain.ts';
import type { CostModel, EngineLoad, Residency, Tier } from '../residency.ts';
import type { Usage } from '../usage.ts';
import { FakeActs } from './fake-acts.ts';
import { FakeCache } from './fake-cache.ts';
import { countTokens, renderPieces, type TokenUnit } from './fake-prompt.ts';
import { type FakeReply, readWireUsage } from './fake-replies.ts';
import { createFakeFetch, type Taken } from './fake-transport.ts';

export interface FakeDriverOptions {
  /** `fake` by default. */
  readonly endpoint?: string;
  /** By default exclusive, asked for an order, able to restore, drop and demote. */
  readonly capabilities?: Partial<Capabilities>;
  /** Whole prompts on the device; 4 by default. */
  readonly slots?: number;
  /** Whole prompts in a second tier; 0 by default. */
  readonly diskSlots?: number;
  /** What one token is; `words` by default. */
  readonly tokenUnit?: TokenUnit;
  /** Compute time per token; 1 by default. Loading takes a tenth of it, a decoded token as much. */
  readonly msPerToken?: Milliseconds;
  /** Prices, as of an API that is paid by the token; none by default. */
  readonly money?: CostModel['money'];
  /** Do replies take the time of their work on the host's clock? By default they come at once. */
  readonly timed?: boolean;
  /**
   * When can others use a prompt: `under-way`, as soon as it arrives, or `computed`, when its prefill is over (with
   * `timed`)? By default `under-way`.
   */
  readonly shares?: 'under-way' | 'computed';
  /** With `timed`: are prompts computed side by side, or one after the other? By default `side-by-side`. */
  readonly prefill?: 'side-by-side' | 'in-turn';
  /** By default `A short reply.` */
  readonly reply?: (body: RequestBody) => FakeReply;
}

const defaultCapabilities: Capabilities = {
  retention: 'ask',
  prefetch: 'restore',
  drop: true,
  demote: true,
  extraRequestsCostMoney: false,
  minWarmTokens: 1,
  exclusive: true,
};
const bytesPerToken = 1_000;
const loadShare = 0.1;

/** A request as it reached the engine. */
export interface FakeRequest {
  readonly body: RequestBody;
  readonly usage: Usage;
  /** Undefined for a request that came undecorated. */
  readonly draft: CallDraft | undefined;
}

/**
 * An engine without an engine, for tests and virtual time: exact prefix chains, slots that evict whole prompts in the
 * order the host says, a linear cost model, OpenAI-shaped replies. It writes down what it was asked.
 */
export class FakeDriver implements EngineDriver {
  readonly endpoint: string;
  readonly transport: Transport;
  readonly residency: Residency;
  readonly cost: CostModel;
  readonly requests: FakeRequest[] = [];
  readonly tickets: Ticket[] = [];
  readonly plans: CallPlan[] = [];
  /** Candidates of every eviction, in order. */
  readonly evictions: (readonly VictimCandidate[])[] = [];
  readonly #options: FakeDriverOptions;
  readonly #capabilities: Capabilities;
  readonly #chain = createPrefixChain(Uint8Array.from({ length: 32 }, (_, at) => at));
  readonly #cache: FakeCache;
  readonly #acts: FakeActs;
  readonly #chains = new Map<PrefixId, readonly PrefixLink[]>();
  readonly #refs = new Map<PrefixId, PrefixRef>();
  readonly #drafts = new Map<string, CallDraft>();
  #host: EngineHost | undefined;
  #running = 0;
  #computedUntilMs = 0;
  /** Requests that wait, as `load` shall report them. */
  waiting = 0;
  /** What it says it would give up next; nothing unless a test sets it. */
  evictionOrder?: () => EvictionOrder;

  constructor(options: FakeDriverOptions = {}) {
    this.#options = options;
    this.endpoint = options.endpoint ?? 'fake';
    this.#capabilities = { ...defaultCapabilities, ...options.capabilities };
    const msPerToken = options.msPerToken ?? 1;
    this.cost = {
      computeMs: (from, to) => Math.max(0, to - from) * msPerToken,
      loadMs: (tokens, tier) => (tier === 'device' ? 0 : tokens * msPerToken * loadShare),
      footprintBytes: (tokens) => tokens * bytesPerToken,
      ...(options.money === undefined ? {} : { money: options.money }),
    };
    this.#cache = new FakeCache({
      slots: options.slots ?? 4,
      diskSlots: options.diskSlots ?? 0,
      now: () => this.#host?.clock.now() ?? 0,
      footprintBytes: (tokens) => this.cost.footprintBytes(tokens),
      refOf: (id) => this.#refs.get(id),
      rank: (candidates) => this.#rank(candidates),
      moved: (chain, tier, how) => this.#tell(chain, tier, how),
    });
    this.residency = {
      of: ({ id }) => ({ ...this.#cache.share(this.#chains.get(id) ?? []), truth: 'own' }),
    };
    this.#acts = new FakeActs({
      capabilities: this.#capabilities,
      cost: this.cost,
      cache: this.#cache,
      chainOf: (body, scope) => this.#links(body, scope),
    });
    const fetch = createFakeFetch({
      take: (body) => this.#take(body),
      over: () => (this.#running -= 1),
      wait: (ms, signal) => this.#wait(ms, signal),
    });
    this.transport = { baseURL: 'http://fake.invalid/v1', apiKey: 'fake', fetch };
  }

  open(host: EngineHost): Promise<Capabilities> {
    this.#host = host;
    this.#acts.open(host);
    return Promise.resolve(this.#capabilities);
  }

  close(): Promise<void> {
    this.#acts.close();
    this.#cache.clear();
    return Promise.resolve();
  }

  identify(body: RequestBody, scope: CacheScope): readonly PrefixLink[] {
    return this.#links(body, scope);
  }

  decorate(body: RequestBody, plan: CallPlan, draft: CallDraft): RequestBody {
    this.plans.push(plan);
    this.#drafts.set(draft.call, draft);
    for (const prefix of draft.prefixes) this.#refs.set(prefix.id, prefix);
    return { ...body, entresol_call: draft.call };
  }

  usage(reply: unknown): Usage | undefined {
    return readWireUsage(reply);
  }

  load(): EngineLoad {
    return { running: this.#running, waiting: this.waiting, ageMs: 0 };
  }

  submit(ticket: Ticket): void {
    this.tickets.push(ticket);
    const { prefix } = ticket.intent;
    this.#refs.set(prefix.id, prefix);
    this.#acts.submit(ticket, this.#chains.get(prefix.id));
  }

  #links(body: RequestBody, scope: CacheScope): readonly PrefixLink[] {
    const links: PrefixLink[] = [];
    for (const { kind, text, tokens } of renderPieces(body, this.#options.tokenUnit ?? 'words')) {
      const parent = links.at(-1);
      const id = this.#chain.extend(scope, parent?.id, text);
      const length = (parent?.tokens ?? 0) + tokens;
      links.push({ id, tokens: length, tokensEvidence: 'exact', kind });
      if (!this.#chains.has(id)) this.#chains.set(id, [...links]);
    }
    return links;
  }

  #take(body: RequestBody): Taken {
    const call = body['entresol_call'];
    const draft = typeof call === 'string' ? this.#drafts.get(call) : undefined;
    const model = typeof body['model'] === 'string' ? body['model'] : '';
    const scope = draft?.scope ?? { endpoint: this.endpoint, model, namespace: '' };
    const chain = this.#links(body, scope);
    const reply = this.#options.reply?.(body) ?? { text: 'A short reply.' };
    const input = chain.at(-1)?.tokens ?? 0;
    const { tokens, tier = 'device' } = this.#cache.share(chain);
    // The last token of a prompt is always computed: its logits begin the reply.
    const cacheRead = Math.min(tokens, Math.max(0, input - 1));
    const output = countTokens(reply.text, this.#options.tokenUnit ?? 'words');
    const usage = { input, cacheRead, output };
    this.#running += 1;
    this.requests.push({ body, usage, draft });
    const prefillMs = this.#untilComputed(
      this.cost.loadMs(cacheRead, tier) + this.cost.computeMs(cacheRead, input),
    );
    this.#place(chain, prefillMs);
    return { usage, reply, prefillMs, decodeMs: this.cost.computeMs(0, output) };
  }

  /** @returns how long until the prompt is computed, those before it included where they are computed in turn */
  #untilComputed(ownMs: Milliseconds): Milliseconds {
    const nowMs = this.#host?.clock.now() ?? 0;
    if (this.#options.prefill !== 'in-turn') return ownMs;
    this.#computedUntilMs = Math.max(nowMs, this.#computedUntilMs) + ownMs;
    return this.#computedUntilMs - nowMs;
  }

  #place(chain: readonly PrefixLink[], prefillMs: Milliseconds): void {
    const clock = this.#host?.clock;
    const waits = this.#options.timed === true && this.#options.shares === 'computed';
    if (!waits || clock === undefined) this.#cache.place(chain);
    else clock.at(clock.now() + prefillMs, () => this.#cache.place(chain));
  }

  #wait(ms: Milliseconds, signal: AbortSignal): Promise<void> {
    const clock = this.#host?.clock;
    if (this.#options.timed !== true || clock === undefined) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const stop = clock.at(clock.now() + ms, resolve);
      const abort = (): void => {
        stop();
        reject(signal.reason);
      };
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  #rank(candidates: readonly VictimCandidate[]): readonly number[] | undefined {
    this.evictions.push(candidates);
    return this.#capabilities.retention === 'ask' ? this.#host?.rank(candidates) : undefined;
  }

  #tell(chain: readonly PrefixLink[], tier: Tier, how: 'store' | 'remove'): void {
    const prefix = this.#refs.get(chain.at(-1)?.id ?? '');
    if (this.#host === undefined || prefix === undefined) return;
    const fact = { atMs: this.#host.clock.now(), workload: '', prefix, tier };
    this.#host.emit(
      how === 'store'
        ? { type: 'engine-store', ...fact }
        : { type: 'engine-remove', ...fact, cause: 'capacity' },
    );
  }
}
