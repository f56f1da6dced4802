import type { Capabilities, EngineHost, RequestBody } from '../engine-driver.ts';
import type { CacheScope, PrefixLink } from '../identities.ts';
import type { Intent, Outcome, Ticket } from '../intents.ts';
import type { CostModel } from '../residency.ts';
import type { FakeCache } from './fake-cache.ts';

type Ending = Pick<Outcome, 'state'> & Partial<Omit<Outcome, 'id' | 'state'>>;

export interface FakeActsOptions {
  readonly capabilities: Capabilities;
  readonly cost: CostModel;
  readonly cache: FakeCache;
  readonly chainOf: (body: RequestBody, scope: CacheScope) => readonly PrefixLink[];
}

/** Carries out tickets on the host's clock and settles each once. */
export class FakeActs {
  readonly #options: FakeActsOptions;
  /** Cancels what still runs. */
  readonly #open = new Map<Ticket, () => void>();
  #host: EngineHost | undefined;

  constructor(options: FakeActsOptions) {
    this.#options = options;
  }

  open(host: EngineHost): void {
    this.#host = host;
  }

  close(): void {
    for (const cancel of this.#open.values()) cancel();
  }

  /** `chain` leads to the prefix of the ticket, where the driver has seen it. */
  submit(ticket: Ticket, chain: readonly PrefixLink[] | undefined): void {
    const { intent } = ticket;
    switch (intent.kind) {
      case 'prefetch':
        this.#prefetch(ticket, intent, chain);
        return;
      case 'retain':
        this.#settle(ticket, this.#retain(intent));
        return;
      case 'release':
        this.#settle(ticket, this.#release(intent));
        return;
      default:
        this.#settle(ticket, { state: 'refused', reason: 'unknown kind of intent' });
    }
  }

  #prefetch(
    ticket: Ticket,
    { prefix }: Extract<Intent, { kind: 'prefetch' }>,
    known: readonly PrefixLink[] | undefined,
  ): void {
    const { cache, cost, capabilities, chainOf } = this.#options;
    const host = this.#host;
    if (ticket.signal.aborted) return this.#settle(ticket, { state: 'cancelled' });
    if (host === undefined || capabilities.prefetch === 'none') {
      return this.#settle(ticket, { state: 'refused', reason: 'not supported' });
    }
    const held = cache.share(known ?? []);
    if (held.tier === 'device' && held.tokens >= prefix.tokens) {
      return this.#settle(ticket, { state: 'skipped-resident' });
    }
    const text = host.materialise(prefix);
    if (text === undefined)
      return this.#settle(ticket, { state: 'refused', reason: 'text is gone' });
    const chain = text.form === 'chat' ? chainOf(text.body, prefix.scope) : (known ?? []);
    const { tokens, tier } = cache.share(chain);
    const startedAtMs = host.clock.now();
    const ms = (tier ? cost.loadMs(tokens, tier) : 0) + cost.computeMs(tokens, prefix.tokens);
    const stop = host.clock.at(startedAtMs + ms, () => {
      cache.place(chain);
      const movedBytes = tier === 'disk' ? cost.footprintBytes(tokens) : 0;
      const computedTokens = prefix.tokens - tokens;
      this.#settle(ticket, {
        state: 'applied',
        mode: 'hard',
        computedTokens,
        movedBytes,
        engineMs: ms,
      });
    });
    const cancel = (): void => {
      stop();
      this.#settle(ticket, { state: 'cancelled', engineMs: host.clock.now() - startedAtMs });
    };
    this.#open.set(ticket, cancel);
    ticket.signal.addEventListener('abort', cancel, { once: true });
    return undefined;
  }

  #retain({ prefix }: Extract<Intent, { kind: 'retain' }>): Ending {
    const { capabilities, cache } = this.#options;
    const { retention } = capabilities;
    if (retention !== 'touch' && retention !== 'push')
      return { state: 'refused', reason: 'not supported' };
    const mode = retention === 'push' ? 'ranked' : 'touch';
    return { state: cache.touch(prefix.id) ? 'applied' : 'refused', mode };
  }

  #release({ prefix, how }: Extract<Intent, { kind: 'release' }>): Ending {
    const { capabilities, cache } = this.#options;
    if (!capabilities[how]) return { state: 'refused', reason: 'not supported' };
    return { state: cache.release(prefix.id, how) ? 'applied' : 'refused', mode: 'hard' };
  }

  #settle(ticket: Ticket, ending: Ending): void {
    const cancel = this.#open.get(ticket);
    this.#open.delete(ticket);
    if (cancel !== undefined) ticket.signal.removeEventListener('abort', cancel);
    this.#host?.settle({
      id: ticket.id,
      mode: 'none',
      evidence: 'exact',
      computedTokens: 0,
      movedBytes: 0,
      engineMs: 0,
      ...ending,
    });
  }
}
