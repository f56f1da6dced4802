import { basename } from 'node:path';
import type { Capabilities, EngineHost, EngineLoad, Random, Ticket } from '@entresol/runtime-core';
import { EngineError, systemRandom } from '@entresol/runtime-core';
import { AsyncLock } from '../slot-manager/async-lock.ts';
import { BackgroundDesk } from '../slot-manager/background/background-desk.ts';
import { Releases } from '../slot-manager/background/releases.ts';
import { Settlement } from '../slot-manager/background/settlement.ts';
import { WarmUps } from '../slot-manager/background/warm-ups.ts';
import { createPromptRenderer, type PromptRenderer } from './chat/prompt-renderer.ts';
import type { CostFit } from '../slot-manager/cost-fit.ts';
import type { EngineView } from '../slot-manager/engine-view.ts';
import { openLlama } from './llama.ts';
import type { LlamaPort, LlamaSequence } from './llama-port.ts';
import { ensureRandomModel } from './model/random-model.ts';
import { verifyModelFile } from './model/verify-model.ts';
import type { EmbeddedInfo, EmbeddedOptions } from './options.ts';
import { arrangePlaces, defaultTierBytes, type Places } from './places.ts';
import type { CallDrafts } from '../slot-manager/serving/call-drafts.ts';
import { ChatService } from './serving/chat-service.ts';
import { Generator } from './serving/generation.ts';
import type { Served } from './serving/http-face.ts';
import { Prefiller } from '../slot-manager/serving/prefiller.ts';
import { Prompts } from './serving/prompts.ts';
import { RequestQueue } from '../slot-manager/serving/request-queue.ts';
import { SoloWatch } from '../slot-manager/serving/solo-watch.ts';
import type { PrefixBook } from '../slot-manager/slots/prefix-book.ts';
import type { SlotResidency } from '../slot-manager/slots/slot-residency.ts';
import { SlotTable, type Slot } from '../slot-manager/slots/slot-table.ts';
import type { EngineCounters } from '../slot-manager/stats.ts';

const defaults = { slots: 4, contextTokens: 4_096 } as const;
const defaultBatchTokens = { cpu: 256, gpu: 2_048 } as const;
/** Fewer tokens than this are not worth a warm-up. */
const minWarmTokens = 64;
/** Length at which `reloadToRecompute` is stated. */
const ratioTokens = 2_000;

/** What outlives the opening: the driver is asked about it before and after. */
export interface DriverState {
  readonly host: EngineHost;
  readonly cost: CostFit;
  readonly counters: EngineCounters;
  readonly book: PrefixBook;
  readonly drafts: CallDrafts;
  readonly residency: SlotResidency;
}

/** The engine while it is open. */
export interface OpenEngine {
  readonly capabilities: Capabilities;
  readonly prompts: Prompts;
  readonly served: Served;
  /** For checks that our record equals the engine's. */
  readonly table: SlotTable;
  readonly savedBytes: () => number;
  info(): EmbeddedInfo;
  load(): EngineLoad;
  submit(ticket: Ticket): void;
  /** Requests that run or wait end with `reason`. */
  close(reason: EngineError): Promise<void>;
}

interface Prepared {
  readonly modelPath: string;
  readonly weights: 'random' | 'real';
}

async function prepareModel({
  model,
  randomModel,
  cacheFolder,
  signal,
}: EmbeddedOptions): Promise<Prepared> {
  if (model !== undefined) {
    await verifyModelFile(model);
    return { modelPath: model, weights: 'real' };
  }
  const { path } = await ensureRandomModel({
    ...(randomModel === undefined ? {} : { size: randomModel }),
    ...(cacheFolder === undefined ? {} : { folder: cacheFolder }),
    ...(signal === undefined ? {} : { signal }),
  });
  return { modelPath: path, weights: 'random' };
}

/** Prepares the model, loads it, and puts the parts together. Frees what it had when a later step fails. */
export async function openEngine(
  options: EmbeddedOptions,
  state: DriverState,
): Promise<OpenEngine> {
  const { slots = defaults.slots, contextTokens = defaults.contextTokens } = options;
  const batchTokens =
    options.batchTokens ?? defaultBatchTokens[options.gpu === undefined ? 'cpu' : 'gpu'];
  const model = await prepareModel(options);
  const port = await openLlama({
    modelPath: model.modelPath,
    slots,
    contextTokens,
    batchTokens,
    threads: options.threads,
    gpu: options.gpu,
    signal: options.signal,
  });
  const clock = options.clock ?? state.host.clock;
  const view: EngineView = { host: state.host, clock, cost: state.cost, counters: state.counters };
  try {
    const prompts = new Prompts(rendererOf(port), state.book);
    const table = new SlotTable(port.sequences);
    const places = await arrangePlaces(options, view, table, port.contextTokens);
    // Room for one decoding token of every slot, so that a chunk and they fill one batch and not two.
    const chunkTokens = Math.max(1, batchTokens - slots);
    const parts = { options, state, model, port, view, prompts, table, places, chunkTokens };
    return assemble(parts);
  } catch (error) {
    await port.close();
    throw error;
  }
}

function rendererOf({ vocabulary }: LlamaPort): PromptRenderer {
  const { template, bosToken, eosToken, tokenize } = vocabulary;
  if (template === undefined) {
    throw new EngineError('the model has no chat template, so chat requests cannot be rendered', {
      code: 'failed',
      engine: 'embedded',
    });
  }
  return createPromptRenderer({ template, bosToken, eosToken, tokenize });
}

interface Parts {
  readonly options: EmbeddedOptions;
  readonly state: DriverState;
  readonly model: Prepared;
  readonly port: LlamaPort;
  readonly view: EngineView;
  readonly prompts: Prompts;
  readonly table: SlotTable;
  readonly places: Places;
  readonly chunkTokens: number;
}

function assemble(parts: Parts): OpenEngine {
  const { options, state, model, port, view, prompts, table, places, chunkTokens } = parts;
  const { placement, tier, saved } = places;
  const random: Random = options.random ?? systemRandom;
  const slotTokens = port.contextTokens;
  const lock = new AsyncLock();
  const solo = new SoloWatch(view.clock);
  const settlement = new Settlement(view.host);
  const queue = new RequestQueue({ table, placement, lock });
  const prefiller = new Prefiller({ placement, lock, cost: view.cost, solo });
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
    wantedBy: ({ prefix }) => prompts.wantedByWarmUp(prefix, view.host),
  });
  queue.attach(warmUps);
  const releases = new Releases({ view, table, tier, lock, book: state.book, settlement });
  const managed = options.management !== 'llama-server';
  const background = new BackgroundDesk({ managed, warmUps, releases, settlement });
  const sequenceOf = ({ index }: Slot): LlamaSequence => {
    const sequence = port.sequences[index];
    if (sequence === undefined) throw new RangeError(`no sequence ${index}`);
    return sequence;
  };
  const generator = new Generator({
    view,
    sequenceOf,
    table,
    placement,
    prefiller,
    solo,
    chunkTokens,
  });
  const service = new ChatService({
    view,
    port,
    prompts,
    drafts: state.drafts,
    queue,
    placement,
    generator,
    releases,
    lock,
    random,
    weights: model.weights,
  });
  state.residency.attach(table, saved);
  const closing = new AbortController();
  const name = basename(model.modelPath).replace(/\.gguf$/i, '');
  return {
    capabilities: capabilitiesOf(managed),
    prompts,
    table,
    savedBytes: () => saved?.bytes ?? 0,
    served: { service, model: name, closing: closing.signal },
    info: () => ({
      name: 'llama.cpp',
      version: port.version,
      model: name,
      weights: model.weights,
      device: port.device,
      slots: table.slots.length,
      contextTokens: slotTokens,
      tierBytes: options.tierBytes ?? defaultTierBytes,
      reloadToRecompute:
        view.cost.loadMs(ratioTokens, 'disk') / view.cost.computeMs(0, ratioTokens),
      computeTokensPerSecond: (ratioTokens / view.cost.computeMs(0, ratioTokens)) * 1000,
      stateBytesPerToken: view.cost.footprintBytes(ratioTokens) / ratioTokens,
    }),
    load: () => queue.load(),
    submit: (ticket) => background.submit(ticket),
    async close(reason) {
      closing.abort(reason);
      await warmUps.close();
      await queue.drained();
      await lock.run(() => undefined);
      await port.close();
      await places.close();
    },
  };
}

function capabilitiesOf(managed: boolean): Capabilities {
  return {
    retention: managed ? 'ask' : 'none',
    prefetch: managed ? 'restore' : 'none',
    drop: managed,
    demote: managed,
    extraRequestsCostMoney: false,
    minWarmTokens,
    exclusive: true,
  };
}
