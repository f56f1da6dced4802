import type { Ticket } from '@entresol/runtime-core';
import type { Releases } from './releases.ts';
import type { Settlement } from './settlement.ts';
import type { WarmUps } from './warm-ups.ts';

export interface BackgroundDeskOptions {
  /** False under llama-server's rules, which know no background acts. */
  readonly managed: boolean;
  readonly warmUps: WarmUps;
  readonly releases: Releases;
  readonly settlement: Settlement;
}

/** Takes admitted tickets and hands each to who carries it out. */
export class BackgroundDesk {
  readonly #options: BackgroundDeskOptions;

  constructor(options: BackgroundDeskOptions) {
    this.#options = options;
  }

  submit(ticket: Ticket): void {
    const { managed, warmUps, releases, settlement } = this.#options;
    const { intent } = ticket;
    settlement.opened(ticket);
    if (!managed) {
      settlement.settle(ticket, { state: 'refused', reason: 'llama-server takes no such acts' });
      return;
    }
    switch (intent.kind) {
      case 'prefetch':
        warmUps.submit(ticket, intent);
        return;
      case 'release':
        releases.submit(ticket, intent);
        return;
      case 'retain':
        // Whoever places a prompt asks what everything is worth; nothing has to be pushed.
        settlement.settle(ticket, { state: 'refused', mode: 'ranked', reason: 'asks instead' });
        return;
    }
  }
}
