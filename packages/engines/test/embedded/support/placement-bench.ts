import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PrefixRef } from '@entresol/runtime-core';
import { ManualClock } from '@entresol/runtime-core/testing';
import { z } from 'zod';
import { CostFit } from '../../../src/slot-manager/cost-fit.ts';
import type { SlotSequence } from '../../../src/slot-manager/slot-sequence.ts';
import { arrangePlaces, type Places } from '../../../src/embedded/places.ts';
import type { Placed } from '../../../src/slot-manager/placement/placement.ts';
import type { Content } from '../../../src/slot-manager/slots/content.ts';
import { SlotTable } from '../../../src/slot-manager/slots/slot-table.ts';
import { EngineCounters } from '../../../src/slot-manager/stats.ts';
import { PassiveHost } from './passive-host.ts';

/** KV that is only its tokens: four bytes each, and a header of eight. */
class PlainSequence implements SlotSequence {
  #tokens = new Int32Array(0);

  get length(): number {
    return this.#tokens.length;
  }
  async prefill(tokens: Int32Array): Promise<void> {
    this.#tokens = Int32Array.from([...this.#tokens, ...tokens]);
  }
  async trim(length: number): Promise<void> {
    this.#tokens = this.#tokens.slice(0, length);
  }
  async save(path: string): Promise<number> {
    await writeFile(path, JSON.stringify([...this.#tokens]).padEnd(8 + 8 * this.length));
    return 8 + 8 * this.length;
  }
  async load(path: string): Promise<void> {
    this.#tokens = Int32Array.from(
      z.array(z.number()).parse(JSON.parse(await readFile(path, 'utf8'))),
    );
  }
  contents(): Int32Array {
    return this.#tokens;
  }
}

export const roleTokens: number = 200;
export const privateTokens: number = 150;
/** Of the file format above. */
export const stateBytes = (tokens: number): number => 8 + 8 * tokens;

/** The prompt of a session at a turn: role head by agent, then its own tokens, growing by 100 a turn. */
export function promptOf(agent: number, session: number, turn = 0): Content {
  const length = roleTokens + privateTokens + 100 * turn;
  const tokens = Int32Array.from({ length }, (_, at) =>
    at < roleTokens ? 1_000 * (agent + 1) + at : 100_000 * (session + 1) + at,
  );
  const scope = { endpoint: 'e', model: 'm', namespace: '' };
  const role: PrefixRef = {
    id: `role-${agent}`,
    scope,
    agent: `a${agent}`,
    tokens: roleTokens,
    tokensEvidence: 'exact',
  };
  const whole: PrefixRef = {
    ...role,
    id: `a${agent}-s${session}-t${turn}`,
    session: `s${session}`,
    parent: role.id,
    tokens: length,
  };
  return { tokens, namespace: '', roleTokens, promptTokens: length, role, session: whole };
}

export interface Bench {
  readonly host: PassiveHost;
  readonly table: SlotTable;
  readonly places: Places;
  readonly counters: EngineCounters;
  readonly folder: string;
  run(wanted: Content): Promise<Placed>;
}

const folders: string[] = [];

export async function benchOf(slots: number, tierBytes: number): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'embedded-placement-'));
  folders.push(folder);
  const clock = new ManualClock();
  const host = new PassiveHost();
  const counters = new EngineCounters();
  const table = new SlotTable(Array.from({ length: slots }, () => new PlainSequence()));
  const view = { host, clock, cost: new CostFit(), counters };
  const places = await arrangePlaces({ tierBytes, tierFolder: folder }, view, table, 2_000);
  return {
    host,
    table,
    places,
    counters,
    folder,
    async run(wanted) {
      clock.advanceBy(10);
      const placed = await places.placement.place(wanted, { occupant: 'request' });
      if (placed === undefined) throw new Error('no slot');
      const { slot, cached } = placed;
      // As a request does: role head first where it is to be kept, then the rest.
      if (places.placement.wantsRoleHead(wanted, cached)) {
        await slot.sequence.prefill(wanted.tokens.subarray(cached, roleTokens), 'request');
        slot.content = { ...wanted, tokens: wanted.tokens.slice(0, roleTokens) };
        await places.placement.keepRoleHead(slot);
      }
      await slot.sequence.prefill(wanted.tokens.subarray(slot.sequence.length), 'request');
      table.record(slot, wanted);
      slot.lastUsedAtMs = clock.now();
      return placed;
    },
  };
}

/** Removes the folders of all benches so far. */
export async function clearBenches(): Promise<void> {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}
