import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '@entresol/runtime-core/testing';
import { expect, it } from 'vitest';
import { CostFit } from '../../src/slot-manager/cost-fit.ts';
import { openEngine, type OpenEngine } from '../../src/embedded/open-engine.ts';
import type { Management } from '../../src/embedded/options.ts';
import { CallDrafts } from '../../src/slot-manager/serving/call-drafts.ts';
import { createFetch, embeddedBaseURL } from '../../src/embedded/serving/http-face.ts';
import { PrefixBook } from '../../src/slot-manager/slots/prefix-book.ts';
import { SlotResidency } from '../../src/slot-manager/slots/slot-residency.ts';
import { EngineCounters } from '../../src/slot-manager/stats.ts';
import { EngineError } from '@entresol/runtime-core';
import { bodyOf, cacheFolder, scope, systemOf, userSays } from './support/engine-under-test.ts';
import { PassiveHost, prefetchOf, ticketFor } from './support/passive-host.ts';

const steps = 20;
const tierBytes = 2_000_000;

/** What we believe is in each slot, next to what the engine says. */
function compareRecords({ table }: OpenEngine): void {
  for (const slot of table.slots) {
    expect(slot.occupant).toBeUndefined();
    expect(Array.from(slot.content.tokens)).toEqual(Array.from(slot.sequence.contents?.() ?? []));
  }
}

async function randomMix(management: Management, seed: number): Promise<EngineCounters> {
  const random = seededRandom(seed);
  const pick = (many: number): number => Math.floor(random() * many);
  const folder = await mkdtemp(join(tmpdir(), 'embedded-mix-'));
  const host = new PassiveHost();
  // Arbitrary opinions, so that every victim is chosen at some time.
  host.rankWith = (candidates) =>
    random() < 0.3 ? undefined : candidates.map((_, index) => index).toSorted(() => random() - 0.5);
  host.worthOf = () => ({ reuse: 0.5, gainMs: 1, keep: random() < 0.2 ? 0 : 1 });
  const book = new PrefixBook();
  const residency = new SlotResidency(book);
  const counters = new EngineCounters();
  const engine = await openEngine(
    {
      cacheFolder,
      tierFolder: folder,
      tierBytes,
      management,
      slots: 2,
      contextTokens: 512,
      batchTokens: 64,
      threads: 1,
    },
    { host, cost: new CostFit(), counters, book, drafts: new CallDrafts(), residency },
  );
  const fetch = createFetch(() => Promise.resolve(engine.served));
  const promptOf = (): ReturnType<typeof bodyOf> => {
    const messages = [systemOf(`agent-${pick(3)}`, 8)];
    for (let turn = pick(3); turn >= 0; turn--)
      messages.push(userSays(`Turn ${turn} of ${pick(3)}. `.repeat(6)));
    return bodyOf(messages, { maxTokens: 1 + pick(12), stream: random() < 0.5 });
  };
  const request = async (): Promise<void> => {
    const controller = new AbortController();
    const { signal } = controller;
    const init = { method: 'POST', body: JSON.stringify(promptOf()), signal };
    const reply = fetch(`${embeddedBaseURL}/chat/completions`, init);
    const lifeMs = random() < 0.4 ? pick(120) : undefined;
    const timer = lifeMs === undefined ? undefined : setTimeout(() => controller.abort(), lifeMs);
    try {
      await (await reply).text();
    } catch (error) {
      // Only our own aborts may fail a request.
      if (!signal.aborted) throw error;
    } finally {
      clearTimeout(timer);
    }
  };
  const prefetch = async (): Promise<void> => {
    const body = promptOf();
    const prefix = engine.prompts.identify(body, scope).at(-1);
    if (prefix === undefined) throw new Error('no prefix');
    host.prompts.set(prefix.id, { form: 'chat', body });
    const signal = random() < 0.3 ? AbortSignal.timeout(pick(60)) : new AbortController().signal;
    const { id, tokens, tokensEvidence } = prefix;
    const ref = { id, tokens, tokensEvidence, scope, agent: 'a', session: 's' };
    const ticket = ticketFor(prefetchOf(ref), signal);
    engine.submit(ticket);
    await host.settled(ticket.id);
  };
  try {
    for (let step = 0; step < steps; step++) {
      const act = management === 'runtime' && random() < 0.3 ? prefetch() : request();
      await Promise.all(random() < 0.6 ? [act, request()] : [act]);
      compareRecords(engine);
      expect(engine.savedBytes()).toBeLessThanOrEqual(tierBytes);
    }
  } finally {
    await engine.close(new EngineError('over', { code: 'closed', engine: 'embedded' }));
    await rm(folder, { recursive: true, force: true });
  }
  expect(new Set(host.outcomes.map(({ id }) => id)).size).toBe(host.outcomes.length);
  return counters;
}

it('knows what every slot holds after any mix of requests, aborts and prefetches', async () => {
  const { spills, loads, evictions } = await randomMix('runtime', 11);
  // The mix was worth its name.
  expect(Math.min(spills, loads, evictions)).toBeGreaterThan(0);
});

it('knows it under llama-server’s rules too', async () => {
  const { spills, loads } = await randomMix('llama-server', 12);
  expect(Math.min(spills, loads)).toBeGreaterThan(0);
});
