import {
  type CallDraft,
  type CallPlan,
  type Capabilities,
  type EngineDriver,
  type Intent,
  type Outcome,
  type PrefixRef,
  type RequestBody,
  type Ticket,
  type Usage,
} from '@entresol/runtime-core';
import { countingIds, draftCall } from '@entresol/runtime-core/testing';
import { chat, type PromptOptions, roleHead } from './prompts.ts';
import { SuiteHost } from './suite-host.ts';

/** What came back for one request that was sent as a runtime sends it. */
export interface Answered {
  readonly draft: CallDraft;
  readonly reply: unknown;
  readonly usage: Usage;
}

/** Tokens at the end of a head that a chat template may render otherwise than in a full prompt. */
const templateSlack = 8;
/** Of a length that was estimated, this much must be true. */
const derivedShare = 0.75;

/** A driver on the bench: opened on a host of ours, and used as a runtime uses one. */
export class BenchDriver {
  readonly driver: EngineDriver;
  readonly host: SuiteHost = new SuiteHost();
  readonly prompts: PromptOptions;
  #capabilities: Capabilities | undefined;
  readonly #ids = countingIds();

  /** Tokens of one block of the engine's cache. */
  readonly #blockTokens: number;

  constructor(driver: EngineDriver, prompts: PromptOptions, blockTokens: number) {
    this.driver = driver;
    this.prompts = prompts;
    this.#blockTokens = blockTokens;
  }

  async open(): Promise<Capabilities> {
    this.#capabilities = await this.driver.open(this.host);
    return this.#capabilities;
  }

  get capabilities(): Capabilities {
    if (this.#capabilities === undefined) throw new TypeError('the driver was not opened');
    return this.#capabilities;
  }

  /** Least cached tokens that a prompt over a held prefix must have. */
  leastCached({ tokens, tokensEvidence }: PrefixRef): number {
    const counted = tokensEvidence === 'exact' ? tokens : tokens * derivedShare;
    return Math.floor(counted) - templateSlack - (this.#blockTokens - 1);
  }

  chat(agent: string, turns: readonly string[]): RequestBody {
    return chat(agent, turns, this.prompts);
  }

  draft(body: RequestBody, agent: string, session: string, tenant?: string): CallDraft {
    const identity = {
      workload: 'conformance',
      dispatch: this.#ids('dispatch'),
      call: this.#ids('call'),
      attempt: 1,
      metadata: {},
      agent,
      session,
    };
    return draftCall(identity, body, this.driver, tenant);
  }

  /** Sends the body exactly as it is. */
  post(body: string, init: RequestInit = {}): Promise<Response> {
    const { baseURL, apiKey, fetch } = this.driver.transport;
    const { wire } = this.prompts;
    const headers = { 'content-type': 'application/json', ...wire.headers(apiKey) };
    return fetch(`${baseURL}${wire.path}`, { method: 'POST', headers, body, ...init });
  }

  /** Drafts, decorates and sends. */
  async send(
    body: RequestBody,
    { agent, session, init }: { agent: string; session: string; init?: RequestInit },
  ): Promise<{ readonly draft: CallDraft; readonly response: Response }> {
    const draft = this.draft(body, agent, session);
    const decorated = this.driver.decorate(body, this.#plan(draft), draft);
    return { draft, response: await this.post(JSON.stringify(decorated), init) };
  }

  /** As of a runtime to which every prefix is worth the shortest life on offer, where lives are chosen. */
  #plan({ scope, prefixes }: CallDraft): CallPlan {
    const plan = { verdict: 'go', annotate: {} } as const;
    if (this.#capabilities?.retention !== 'ttl') return plan;
    const { money } = this.driver.costOf?.(scope) ?? this.driver.cost;
    const shortest = money?.write.map(({ ttlMs }) => ttlMs).toSorted((a, b) => a - b)[0];
    return { ...plan, lives: prefixes.map(({ id }) => ({ prefix: id, ttlMs: shortest })) };
  }

  /** One whole call without streaming. */
  async ask(body: RequestBody, agent: string, session: string): Promise<Answered> {
    const { draft, response } = await this.send(body, { agent, session });
    const reply: unknown = await response.json();
    const usage = this.driver.usage(reply);
    if (!response.ok || usage === undefined) {
      throw new TypeError(`HTTP ${response.status} without usage: ${JSON.stringify(reply)}`);
    }
    return { draft, reply, usage };
  }

  /** The role prefix of an agent, whose text the host then holds. */
  rolePrefix(agent: string): PrefixRef {
    const body = this.chat(agent, ['hello']);
    const prefix = this.draft(body, agent, `session-of-${agent}`).prefixes[0];
    if (prefix === undefined) throw new TypeError('the chain of a request with a role is empty');
    this.host.keepText(prefix.id, roleHead(agent, this.prompts));
    return prefix;
  }

  ticket(intent: Intent, signal: AbortSignal = new AbortController().signal): Ticket {
    return { id: this.#ids('intent'), policy: 'conformance', intent, reservedMs: 1_000, signal };
  }

  prefetch(prefix: PrefixRef, signal?: AbortSignal): Ticket {
    const deadlineMs = this.host.clock.now() + 60_000;
    const session = prefix.session ?? 'session';
    return this.ticket({ kind: 'prefetch', prefix, session, probability: 1, deadlineMs }, signal);
  }

  /** Submits and waits for the outcome. */
  settled(ticket: Ticket): Promise<Outcome> {
    return this.host.outcome(ticket, () => this.driver.submit(ticket));
  }
}
