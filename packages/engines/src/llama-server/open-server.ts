import type { EngineLoad, Ticket } from '@entresol/runtime-core';
import { AsyncLock } from '../slot-manager/async-lock.ts';
import { BackgroundDesk } from '../slot-manager/background/background-desk.ts';
import { Releases } from '../slot-manager/background/releases.ts';
import { Settlement } from '../slot-manager/background/settlement.ts';
import { WarmUps } from '../slot-manager/background/warm-ups.ts';
import type { EngineView } from '../slot-manager/engine-view.ts';
import { RuntimePlacement } from '../slot-manager/placement/runtime-placement.ts';
import { Prefiller } from '../slot-manager/serving/prefiller.ts';
import { RequestQueue } from '../slot-manager/serving/request-queue.ts';
import { SoloWatch } from '../slot-manager/serving/solo-watch.ts';
import { isPassing } from '../http/comeback.ts';
import { emptyContent } from '../slot-manager/slots/content.ts';
import type { PrefixBook } from '../slot-manager/slots/prefix-book.ts';
import { SlotTable, type Slot } from '../slot-manager/slots/slot-table.ts';
import { createRankedTier } from '../slot-manager/tier/ranked-tier.ts';
import type { StateTier } from '../slot-manager/tier/state-tier.ts';
import type { LlamaServerOptions } from './options.ts';
import type { ServerAPI, ServerProps } from './server-api.ts';
import type { ServerPrompts } from './server-prompts.ts';
import { ServerRequests } from './server-requests.ts';
import { ServerSequence, type SavedTokens } from './server-sequence.ts';
import { ServerStates } from './server-states.ts';
import { calibrate } from './calibration.ts';
import { WarmUpPreparation } from './warm-up-preparation.ts';

const defaultStateBytes = 2 ** 30;
/** A warm-up is one request after the other of this length: between two of them it can be given up. */
const chunkTokens = 512;

/** What outlives a server that goes away and comes back. */
export interface ServerState {
  readonly view: EngineView;
  readonly api: ServerAPI;
  readonly book: PrefixBook;
  readonly prompts: ServerPrompts;
  readonly fetch: typeof globalThis.fetch;
  readonly onSurprise: (kind: 'miscounted-prompt' | 'missing-tokens') => void;
}

/** A server while it is there. */
export interface OpenServer {
  readonly props: ServerProps;
  readonly stateBytes: number;
  readonly requests: ServerRequests;
  readonly table: SlotTable;
  readonly tier: StateTier | undefined;
  load(): EngineLoad;
  submit(ticket: Ticket): void;
  /** Something else used the slots: nothing is known of those that are idle. */
  disownIdle(): void;
  /** Settles what is open. With `wipe` no prompt stays in the server's folder; not for a server that is gone. */
  close(how: { readonly wipe: boolean }): Promise<void>;
}

/** Asks the server what it is, measures its saved states, and puts the parts together. */
export async function openServer(
  options: LlamaServerOptions,
  state: ServerState,
): Promise<OpenServer> {
  const { view, api } = state;
  const props = await api.props();
  const saved: SavedTokens = new Map();
  const abilities = { erases: await api.erases(0) };
  const sequences = Array.from(
    { length: props.slots },
    (_, slot) => new ServerSequence(api, slot, saved, abilities),
  );
  const [first] = sequences;
  const stateBytes = abilities.erases ? (options.stateBytes ?? defaultStateBytes) : 0;
  const states = stateBytes > 0 ? new ServerStates(api, saved, options.stateFolder) : undefined;
  if (states !== undefined && first !== undefined) await calibrate(first, states, view.cost);
  // Prompts of tenants are saved only for somebody who asked for it.
  const savesNamespaces = options.stateBytes !== undefined;
  const table = new SlotTable(sequences);
  const tier =
    states &&
    createRankedTier({ view, table, files: states, maxBytes: stateBytes, savesNamespaces });
  return assemble({ options, state, props, stateBytes, sequences, table, tier, states });
}

interface Parts {
  readonly options: LlamaServerOptions;
  readonly state: ServerState;
  readonly props: ServerProps;
  readonly stateBytes: number;
  readonly sequences: readonly ServerSequence[];
  readonly table: SlotTable;
  readonly tier: StateTier | undefined;
  readonly states: ServerStates | undefined;
}

function assemble(parts: Parts): OpenServer {
  const { options, state, props, stateBytes, sequences, table, tier, states } = parts;
  const { view, api, prompts } = state;
  const { slotTokens } = props;
  const lock = new AsyncLock();
  const solo = new SoloWatch(view.clock);
  const settlement = new Settlement(view.host);
  const placement = new RuntimePlacement({ view, table, tier, slotTokens });
  const queue = new RequestQueue({ table, placement, lock });
  const prefiller = new Prefiller({ placement, lock, cost: view.cost, solo });
  const preparation = new WarmUpPreparation(prompts, view.host, api);
  const warmUps = new WarmUps({
    view,
    table,
    placement,
    queue,
    lock,
    prefiller,
    solo,
    settlement,
    chunkTokens,
    slotTokens,
    wantedBy: (intent) => preparation.wantedBy(intent),
  });
  queue.attach(warmUps);
  const releases = new Releases({ view, table, tier, lock, book: state.book, settlement });
  const desk = new BackgroundDesk({ managed: true, warmUps, releases, settlement });
  const sequenceOf = ({ index }: Slot): ServerSequence => {
    const sequence = sequences[index];
    if (sequence === undefined) throw new RangeError(`no slot ${index}`);
    return sequence;
  };
  const requests = new ServerRequests({
    view,
    table,
    sequenceOf,
    placement,
    queue,
    lock,
    prefiller,
    releases,
    solo,
    fetch: state.fetch,
    slotTokens,
    savesNamespaces: options.stateBytes !== undefined,
    onSurprise: state.onSurprise,
  });
  return {
    props,
    stateBytes,
    requests,
    table,
    tier,
    load: () => queue.load(),
    submit(ticket) {
      if (ticket.intent.kind === 'prefetch') preparation.submit(ticket, ticket.intent, desk);
      else desk.submit(ticket);
    },
    disownIdle() {
      for (const slot of table.idle()) {
        sequenceOf(slot).disown();
        slot.content = emptyContent;
      }
    },
    async close({ wipe }) {
      await preparation.settled();
      await warmUps.close();
      if (!wipe) return;
      await queue.drained();
      try {
        await lock.run(() => states?.wipe(0));
      } catch (error) {
        // A server that is gone can be asked for nothing, and whoever closes has nothing to wait for.
        if (!isPassing(error)) throw error;
      }
    },
  };
}
