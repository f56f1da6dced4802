import type {
  CallDraft,
  CallPlan,
  Capabilities,
  CacheScope,
  EngineDriver,
  EngineHost,
  EngineLoad,
  PrefixLink,
  RequestBody,
  Ticket,
  Transport,
  Usage,
} from '@entresol/runtime-core';
import { EngineError } from '@entresol/runtime-core';
import { CostFit } from '../slot-manager/cost-fit.ts';
import { openEngine, type OpenEngine } from './open-engine.ts';
import type { EmbeddedInfo, EmbeddedOptions, EmbeddedStats } from './options.ts';
import { CallDrafts } from '../slot-manager/serving/call-drafts.ts';
import { createFetch, embeddedBaseURL, type Served } from './serving/http-face.ts';
import { PrefixBook } from '../slot-manager/slots/prefix-book.ts';
import { SlotResidency } from '../slot-manager/slots/slot-residency.ts';
import { EngineCounters } from '../slot-manager/stats.ts';
import { readUsage } from './usage.ts';

/** llama.cpp in this process, driven through the same contract as a remote engine. */
export interface EmbeddedEngine extends EngineDriver {
  /** @throws {EngineError} `closed` before `open` and after `close` */
  info(): EmbeddedInfo;
  stats(): EmbeddedStats;
}

/**
 * An engine in the process: llama.cpp through the optional package node-llama-cpp, an OpenAI-compatible API behind
 * `transport.fetch`, slots and a second tier that policies can order. Nothing is loaded before `open`.
 */
export function embedded(options: EmbeddedOptions = {}): EmbeddedEngine {
  return new Embedded(options);
}

class Embedded implements EmbeddedEngine {
  readonly endpoint: string;
  readonly transport: Transport;
  readonly residency: SlotResidency;
  readonly cost = new CostFit();
  readonly #options: EmbeddedOptions;
  readonly #counters = new EngineCounters();
  readonly #book = new PrefixBook();
  readonly #drafts = new CallDrafts();
  readonly #opened = Promise.withResolvers<Served>();
  #opening: Promise<OpenEngine> | undefined;
  #engine: OpenEngine | undefined;
  #closed: Promise<void> | undefined;
  #host: EngineHost | undefined;

  constructor(options: EmbeddedOptions) {
    this.#options = options;
    this.endpoint = options.endpoint ?? 'embedded';
    this.residency = new SlotResidency(this.#book);
    // Requests may come before `open`; nobody has to listen for its failure.
    this.#opened.promise.catch(() => undefined);
    this.transport = {
      baseURL: embeddedBaseURL,
      apiKey: 'embedded',
      fetch: createFetch(() => this.#opened.promise),
    };
  }

  async open(host: EngineHost): Promise<Capabilities> {
    if (this.#closed !== undefined) throw closedError();
    this.#host = host;
    this.#opening ??= openEngine(this.#options, {
      host,
      cost: this.cost,
      counters: this.#counters,
      book: this.#book,
      drafts: this.#drafts,
      residency: this.residency,
    });
    try {
      this.#engine = await this.#opening;
    } catch (error) {
      this.#opened.reject(error);
      throw error;
    }
    this.#opened.resolve(this.#engine.served);
    return this.#engine.capabilities;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#opened.reject(closedError());
    // An opening that failed has nothing to free and told its own caller.
    const engine = await this.#opening?.catch(() => undefined);
    this.#engine = undefined;
    this.residency.detach();
    this.#drafts.clear();
    this.#book.clear();
    await engine?.close(closedError());
  }

  identify(body: RequestBody, scope: CacheScope): readonly PrefixLink[] {
    return this.#open().prompts.identify(body, scope);
  }

  decorate(body: RequestBody, _plan: CallPlan, draft: CallDraft): RequestBody {
    this.#drafts.remember(draft);
    for (const prefix of draft.prefixes) this.#book.learnRef(prefix);
    return { ...body, entresol_call: draft.call };
  }

  usage(reply: unknown): Usage | undefined {
    return readUsage(reply);
  }

  load(): EngineLoad {
    return this.#engine?.load() ?? { running: 0, waiting: 0, ageMs: 0 };
  }

  submit(ticket: Ticket): void {
    if (this.#engine !== undefined) {
      this.#engine.submit(ticket);
      return;
    }
    this.#host?.settle({
      id: ticket.id,
      state: 'cancelled',
      mode: 'none',
      evidence: 'exact',
      computedTokens: 0,
      movedBytes: 0,
      engineMs: 0,
      reason: 'the engine is not open',
    });
  }

  info(): EmbeddedInfo {
    return this.#open().info();
  }

  stats(): EmbeddedStats {
    return this.#counters.snapshot();
  }

  #open(): OpenEngine {
    if (this.#engine === undefined) throw closedError();
    return this.#engine;
  }
}

function closedError(): EngineError {
  return new EngineError('the embedded engine is not open', {
    code: 'closed',
    engine: 'embedded',
    status: 503,
  });
}
