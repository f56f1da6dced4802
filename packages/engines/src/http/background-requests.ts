import {
  EngineError,
  type Capabilities,
  type CostModel,
  type EngineHost,
  type Intent,
  type Outcome,
  type PrefixRef,
  type RequestBody,
  type Ticket,
  type Usage,
} from '@entresol/runtime-core';
import { foreignKey } from './foreign-prompts.ts';
import { Settlement, type Settled } from '../slot-manager/background/settlement.ts';

type Prefetch = Extract<Intent, { kind: 'prefetch' }>;
type Retain = Extract<Intent, { kind: 'retain' }>;
type Release = Extract<Intent, { kind: 'release' }>;

export interface BackgroundRequestsOptions {
  readonly host: EngineHost;
  readonly isResident: (prefix: PrefixRef) => boolean;
  /** Did its calls carry another key than ours? */
  readonly isForeign?: (prefix: PrefixRef) => boolean;
  /** Touches then stay away: a request of the app must not stand behind one. */
  readonly requestsWait?: () => boolean;
  /** Are calls of the app computed together with what is sent now? Then the time it takes is not its own. */
  readonly isShared?: () => boolean;
  readonly computeMs?: CostModel['computeMs'];
  /** Sends a request that computes the prompt and next to nothing else; rejects with an `EngineError`. */
  readonly warm: (
    body: RequestBody,
    intent: Prefetch | Retain,
    signal: AbortSignal,
  ) => Promise<
    Usage & {
      /** What it cost, where that is known. */
      readonly usd?: number;
      /** Tokens that came up from slower memory, where that is told. */
      readonly loaded?: number;
    }
  >;
  readonly footprintBytes?: CostModel['footprintBytes'];
  /** Gives a prefix up, or says why it does not; undefined where the engine evicts by age alone. */
  readonly release: ((prefix: PrefixRef) => Promise<string | undefined>) | undefined;
  /** What the engine can do of the two ways to give up. */
  readonly releases: Pick<Capabilities, 'drop' | 'demote'>;
  /** How an applied `retain` is said to have worked. */
  readonly retainMode: Outcome['mode'];
  /** The prompt is in the engine's cache now. */
  readonly warmed: (prefix: PrefixRef, usage: Usage, why: 'prefetch' | 'retain') => void;
  /** Hears what every act has computed, whatever came of it. */
  readonly charged: (tokens: number) => void;
}

interface Waiting {
  readonly ticket: Ticket;
  readonly intent: Prefetch | Retain;
}

/**
 * Warm-ups and touches of an engine with an automatic LRU cache, one at a time. Touches come first, in ascending worth, so
 * that the most valuable prompt ends up youngest; a warm-up after them displaces the least of it.
 */
export class BackgroundRequests {
  readonly #options: BackgroundRequestsOptions;
  readonly #settlement: Settlement;
  readonly #waiting: Waiting[] = [];
  readonly #closing = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: BackgroundRequestsOptions) {
    this.#options = options;
    this.#settlement = new Settlement(options.host);
  }

  submit(ticket: Ticket): void {
    const { intent } = ticket;
    this.#settlement.opened(ticket);
    if (this.#closing.signal.aborted)
      this.#settle(ticket, { state: 'cancelled', reason: 'closed' });
    else if (intent.kind === 'release') void this.#giveUp(ticket, intent);
    else {
      this.#waiting.push({ ticket, intent });
      this.#waiting.sort(inOrder);
      this.#next();
    }
  }

  /** Ends what runs and settles what waits. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
    for (const { ticket } of this.#waiting.splice(0)) {
      this.#settle(ticket, { state: 'cancelled', reason: 'closed' });
    }
  }

  #settle(ticket: Ticket, settled: Settled): void {
    this.#settlement.settle(ticket, settled);
  }

  async #giveUp(ticket: Ticket, { prefix, how }: Release): Promise<void> {
    const { release, releases } = this.#options;
    if (release === undefined || !releases[how]) {
      const reason = `the engine cannot ${how} a prefix`;
      this.#settle(ticket, { state: 'refused', reason });
      return;
    }
    try {
      const reason = await release(prefix);
      if (reason !== undefined) this.#settle(ticket, { state: 'refused', reason });
      else this.#settle(ticket, { state: 'applied', mode: how === 'drop' ? 'hard' : 'ranked' });
    } catch (error) {
      this.#settle(ticket, { state: 'failed', reason: String(error) });
    }
  }

  #next(): void {
    if (this.#running !== undefined || this.#closing.signal.aborted) return;
    const first = this.#waiting.shift();
    if (first === undefined) return;
    this.#running = this.#carryOut(first);
  }

  async #carryOut({ ticket, intent }: Waiting): Promise<void> {
    const settled = await this.#run(ticket, intent);
    this.#options.charged(settled.computedTokens ?? 0);
    this.#settle(ticket, settled);
    this.#running = undefined;
    this.#next();
  }

  async #run({ signal: called }: Ticket, intent: Prefetch | Retain): Promise<Settled> {
    const { host, isResident, requestsWait, isShared, warm, warmed } = this.#options;
    const { prefix, kind } = intent;
    const signal = AbortSignal.any([called, this.#closing.signal]);
    if (signal.aborted) return { state: 'cancelled', reason: 'called off' };
    if (this.#options.isForeign?.(prefix) === true) return { state: 'refused', reason: foreignKey };
    const resident = isResident(prefix);
    if (kind === 'prefetch' && resident) return { state: 'skipped-resident' };
    // What is gone costs a whole prefill to bring back: that is a warm-up, and was not asked for.
    if (kind === 'retain' && !resident) return { state: 'refused', reason: 'not resident' };
    if (kind === 'retain' && requestsWait?.() === true) {
      return { state: 'cancelled', reason: 'requests wait' };
    }
    const prompt = host.materialise(prefix);
    if (prompt === undefined) return { state: 'refused', reason: 'the prompt is gone' };
    if (prompt.form !== 'chat') return { state: 'refused', reason: 'only chats can be sent' };
    const mode = kind === 'retain' ? this.#options.retainMode : 'advisory';
    const startedAtMs = host.clock.now();
    const shared = kind === 'retain' && isShared?.() === true;
    try {
      const usage = await warm(prompt.body, intent, signal);
      warmed(prefix, usage, kind);
      const computedTokens = usage.input - (usage.cacheRead ?? (resident ? usage.input : 0));
      const evidence = usage.cacheRead === undefined ? 'derived' : 'exact';
      const tookMs = host.clock.now() - startedAtMs;
      const ownMs = this.#options.computeMs?.(usage.input - computedTokens, usage.input) ?? tookMs;
      const engineMs = shared ? Math.min(tookMs, ownMs) : tookMs;
      const priced = usage.usd === undefined ? {} : { usd: usage.usd };
      const movedBytes = this.#options.footprintBytes?.(usage.loaded ?? 0) ?? 0;
      return { state: 'applied', mode, evidence, computedTokens, movedBytes, engineMs, ...priced };
    } catch (error) {
      const engineMs = host.clock.now() - startedAtMs;
      // How far the engine got is not known: the whole prompt is charged.
      const spent = { mode, evidence: 'derived', computedTokens: prefix.tokens, engineMs } as const;
      if (signal.aborted) return { state: 'cancelled', ...spent, reason: 'called off' };
      const refused = error instanceof EngineError && error.status < 500;
      const reason = error instanceof Error ? error.message : String(error);
      return refused
        ? { state: 'failed', reason }
        : { state: 'failed', ...spent, computedTokens: 0, reason };
    }
  }
}

/** Touches in ascending worth, then warm-ups in the order in which they came. */
function inOrder({ intent: a }: Waiting, { intent: b }: Waiting): number {
  if (a.kind !== b.kind) return a.kind === 'retain' ? -1 : 1;
  return a.kind === 'retain' && b.kind === 'retain' ? a.worth.keep - b.worth.keep : 0;
}
