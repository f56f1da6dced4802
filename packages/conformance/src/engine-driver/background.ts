import type { Intent, PrefixRef, Ticket } from '@entresol/runtime-core';
import { describe, expect, it } from 'vitest';
import type { BenchDriver } from './bench-driver.ts';

/** Outcomes of a ticket after everything that was queued has run: a second one would have come by then. */
async function settlements(bench: BenchDriver, ticket: Ticket): Promise<number> {
  await new Promise((resolve) => setImmediate(resolve));
  return bench.host.outcomesOf(ticket).length;
}

/** An act that the driver's own capabilities rule out; releases come first, since every engine may refuse to retain. */
function ruledOut({ capabilities, host }: BenchDriver, prefix: PrefixRef): Intent {
  const why = 'kill-switch';
  if (!capabilities.demote) return { kind: 'release', prefix, how: 'demote', why };
  if (!capabilities.drop) return { kind: 'release', prefix, how: 'drop', why };
  const worth = { reuse: 1, gainMs: 1, keep: 1 };
  return { kind: 'retain', prefix, worth, untilMs: host.clock.now() + 1_000 };
}

/** Prefetch where the engine can. */
export function describePrefetch(bench: () => BenchDriver): void {
  it('brings a prefix once: applied, then resident, then read by a call', async () => {
    const prefix = bench().rolePrefix('warmed');
    const first = bench().prefetch(prefix);
    const applied = await bench().settled(first);
    expect(applied).toMatchObject({ id: first.id, state: 'applied' });
    expect(applied.computedTokens).toBeGreaterThan(0);
    expect(applied.engineMs).toBeGreaterThanOrEqual(0);
    expect(await settlements(bench(), first)).toBe(1);
    expect(bench().driver.residency.of(prefix).tokens).toBe(prefix.tokens);

    const again = bench().prefetch(prefix);
    const skipped = await bench().settled(again);
    expect(skipped).toMatchObject({ state: 'skipped-resident', computedTokens: 0 });
    expect(await settlements(bench(), again)).toBe(1);

    const body = bench().chat('warmed', ['hello']);
    const { usage } = await bench().ask(body, 'warmed', 's-warmed');
    expect(usage.cacheRead).toBeGreaterThanOrEqual(bench().leastCached(prefix));
  });

  it('refuses a prefix whose text is gone', async () => {
    const known = bench().rolePrefix('gone');
    const ticket = bench().prefetch({ ...known, id: 'an id without text' });
    const outcome = await bench().settled(ticket);
    expect(outcome).toMatchObject({ state: 'refused', computedTokens: 0, movedBytes: 0 });
    expect(await settlements(bench(), ticket)).toBe(1);
  });
}

/** Prefetch where the engine cannot. */
export function describeNoPrefetch(bench: () => BenchDriver): void {
  it('says that it cannot prefetch, and refuses to', async () => {
    expect(bench().capabilities.prefetch).toBe('none');
    const ticket = bench().prefetch(bench().rolePrefix('warmed'));
    expect(await bench().settled(ticket)).toMatchObject({ state: 'refused' });
    expect(await settlements(bench(), ticket)).toBe(1);
  });
}

/** `submit`: every ticket is settled exactly once. */
export function describeSubmit(bench: () => BenchDriver): void {
  describe('submit', () => {
    it('settles a ticket that was aborted before it was submitted, at no cost', async () => {
      const ticket = bench().prefetch(bench().rolePrefix('called off'), AbortSignal.abort());
      const { state, computedTokens } = await bench().settled(ticket);
      expect(['cancelled', 'refused']).toContain(state);
      expect(computedTokens).toBe(0);
      expect(await settlements(bench(), ticket)).toBe(1);
    });

    it('settles a ticket that is aborted while it runs', async () => {
      const abort = new AbortController();
      const ticket = bench().prefetch(bench().rolePrefix('called back'), abort.signal);
      const settled = bench().settled(ticket);
      abort.abort();
      expect(['cancelled', 'applied', 'refused']).toContain((await settled).state);
      expect(await settlements(bench(), ticket)).toBe(1);
    });

    it('refuses an act that its capabilities rule out', async () => {
      const intent = ruledOut(bench(), bench().rolePrefix('unsupported'));
      const ticket = bench().ticket(intent);
      expect(await bench().settled(ticket)).toMatchObject({ state: 'refused' });
      expect(await settlements(bench(), ticket)).toBe(1);
    });

    it('settles a release of what it does not hold', async () => {
      const prefix = bench().rolePrefix('never sent');
      for (const how of ['demote', 'drop'] as const) {
        const ticket = bench().ticket({ kind: 'release', prefix, how, why: 'session-close' });
        const { computedTokens } = await bench().settled(ticket);
        expect(computedTokens).toBe(0);
        expect(await settlements(bench(), ticket)).toBe(1);
      }
    });
  });
}
