import type { EngineHost, Outcome, Ticket } from '@entresol/runtime-core';

export type Settled = Pick<Outcome, 'state'> & Partial<Omit<Outcome, 'id' | 'state'>>;

/** Says how a ticket ended, once: later words about the same ticket are dropped. */
export class Settlement {
  readonly #host: EngineHost;
  readonly #open = new Set<string>();

  constructor(host: EngineHost) {
    this.#host = host;
  }

  opened({ id }: Ticket): void {
    this.#open.add(id);
  }

  settle({ id }: Ticket, settled: Settled): void {
    if (!this.#open.delete(id)) return;
    this.#host.settle({
      id,
      mode: 'none',
      evidence: 'exact',
      computedTokens: 0,
      movedBytes: 0,
      engineMs: 0,
      ...settled,
    });
  }
}
