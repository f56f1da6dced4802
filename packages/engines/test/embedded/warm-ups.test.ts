import type { PrefixRef } from '@entresol/runtime-core';
import { describe, expect, it } from 'vitest';
import {
  ask,
  bodyOf,
  openForTest,
  refsOf,
  systemOf,
  userSays,
  type Message,
  type UnderTest,
} from './support/engine-under-test.ts';
import { prefetchOf, ticketFor } from './support/passive-host.ts';

/** The prefix of a whole prompt, known to the host as a runtime would know it. */
function knownPrompt(under: UnderTest, messages: readonly Message[], agent: string): PrefixRef {
  const body = bodyOf(messages);
  const prefix = refsOf(under.engine, body, agent, `s-${agent}`).at(-1);
  if (prefix === undefined) throw new Error('no prefix');
  under.host.prompts.set(prefix.id, { form: 'chat', body });
  return prefix;
}

function knownRole(under: UnderTest, agent: string, sentences = 8): PrefixRef {
  const messages = [systemOf(agent, sentences)];
  const [prefix] = refsOf(under.engine, bodyOf([...messages, userSays('x')]), agent, 's');
  if (prefix === undefined) throw new Error('no prefix');
  under.host.prompts.set(prefix.id, { form: 'chat', body: bodyOf(messages) });
  return prefix;
}

describe('a prefetch', () => {
  it('computes a prompt ahead, charges what it computed, and the call finds it', async () => {
    await using under = await openForTest();
    const messages = [systemOf('clerk'), userSays('Soon')];
    const prefix = knownPrompt(under, messages, 'clerk');
    expect(under.engine.residency.of(prefix)).toEqual({ tokens: 0, truth: 'own' });
    const ticket = ticketFor(prefetchOf(prefix));
    under.engine.submit(ticket);
    expect(await under.host.settled(ticket.id)).toMatchObject({
      state: 'applied',
      mode: 'hard',
      evidence: 'exact',
      computedTokens: prefix.tokens,
    });
    expect(under.engine.residency.of(prefix)).toEqual({
      tokens: prefix.tokens,
      tier: 'device',
      truth: 'own',
    });
    const answer = await ask(under.engine, messages);
    expect(answer.cached).toBe(answer.prompt - 1);
    expect(under.engine.stats()).toMatchObject({
      backgroundTokens: prefix.tokens,
      computedPrefillTokens: 1,
    });
    const again = ticketFor(prefetchOf(prefix));
    under.engine.submit(again);
    expect(await under.host.settled(again.id)).toMatchObject({
      state: 'skipped-resident',
      computedTokens: 0,
    });
  });

  it('restores from the second tier without computing', async () => {
    await using under = await openForTest();
    const prefix = knownRole(under, 'clerk');
    for (const agent of ['clerk', 'porter', 'scribe']) {
      await ask(under.engine, [systemOf(agent), userSays('x')], {
        as: { agent, session: `s-${agent}` },
      });
    }
    expect(under.engine.residency.of(prefix)).toMatchObject({
      tier: 'disk',
      tokens: prefix.tokens,
    });
    const ticket = ticketFor(prefetchOf(prefix));
    under.engine.submit(ticket);
    const outcome = await under.host.settled(ticket.id);
    expect(outcome).toMatchObject({ state: 'applied', computedTokens: 0 });
    expect(outcome.movedBytes).toBeGreaterThan(prefix.tokens * 1_000);
    expect(under.engine.residency.of(prefix)).toMatchObject({ tier: 'device' });
  });

  it('keeps a role head that it computed as a state by itself', async () => {
    await using under = await openForTest();
    const ticket = ticketFor(prefetchOf(knownRole(under, 'clerk')));
    under.engine.submit(ticket);
    await under.host.settled(ticket.id);
    expect(under.engine.stats().spills).toBe(1);
  });

  it('is refused when the prompt is gone, when it cannot fit, and when it would displace more', async () => {
    await using under = await openForTest();
    const settledReason = async (prefix: PrefixRef): Promise<string | undefined> => {
      const ticket = ticketFor(prefetchOf(prefix));
      under.engine.submit(ticket);
      const { state, reason } = await under.host.settled(ticket.id);
      expect(state).toBe('refused');
      return reason;
    };
    const unknown = knownRole(under, 'clerk');
    under.host.prompts.clear();
    expect(await settledReason(unknown)).toBe('the prompt is gone');
    expect(await settledReason(knownRole(under, 'orator', 200))).toMatch(
      /do not fit a slot of 1024/,
    );
    for (const agent of ['porter', 'scribe']) {
      await ask(under.engine, [systemOf(agent), userSays('x')], {
        as: { agent, session: `s-${agent}` },
      });
    }
    // The newcomer is the last candidate: ranked first, it is worth least.
    under.host.rankWith = (candidates) =>
      candidates.map((_, index) => candidates.length - 1 - index);
    expect(await settledReason(knownRole(under, 'clerk'))).toBe('displaces more');
    expect(under.engine.stats().backgroundTokens).toBe(0);
  });

  it('is joined by the call that it was for, which takes over what is computed', async () => {
    await using under = await openForTest({ batchTokens: 32, slots: 2 });
    const messages = [systemOf('clerk', 40), userSays('Now')];
    const prefix = knownPrompt(under, messages, 'clerk');
    const ticket = ticketFor(prefetchOf(prefix));
    under.engine.submit(ticket);
    await expect
      .poll(() => under.engine.residency.of(prefix).tokens, { interval: 1 })
      .toBeGreaterThan(0);
    const answer = await ask(under.engine, messages);
    const outcome = await under.host.settled(ticket.id);
    expect(outcome).toMatchObject({ state: 'applied', reason: 'joined' });
    expect(outcome.computedTokens).toBeLessThan(prefix.tokens);
    expect(answer.cached).toBe(outcome.computedTokens);
    expect(under.host.outcomes.filter(({ id }) => id === ticket.id)).toHaveLength(1);
  });

  it('gives its slot to a request that has no other', async () => {
    await using under = await openForTest({ batchTokens: 32, slots: 1 });
    const prefix = knownPrompt(under, [systemOf('clerk', 40), userSays('Later')], 'clerk');
    const ticket = ticketFor(prefetchOf(prefix));
    under.engine.submit(ticket);
    await expect
      .poll(() => under.engine.residency.of(prefix).tokens, { interval: 1 })
      .toBeGreaterThan(0);
    await ask(under.engine, [systemOf('porter'), userSays('Now')]);
    const outcome = await under.host.settled(ticket.id);
    expect(outcome).toMatchObject({ state: 'cancelled', reason: 'a request needs the slot' });
    expect(outcome.computedTokens).toBeGreaterThan(0);
    expect(under.engine.stats().backgroundTokens).toBe(outcome.computedTokens);
  });

  it('ends at the next chunk when its ticket is cancelled, and at once when it was before', async () => {
    await using under = await openForTest({ batchTokens: 32 });
    const prefix = knownPrompt(under, [systemOf('clerk', 40), userSays('Later')], 'clerk');
    const controller = new AbortController();
    const ticket = ticketFor(prefetchOf(prefix), controller.signal);
    under.engine.submit(ticket);
    await expect
      .poll(() => under.engine.residency.of(prefix).tokens, { interval: 1 })
      .toBeGreaterThan(0);
    controller.abort();
    const outcome = await under.host.settled(ticket.id);
    expect(outcome.state).toBe('cancelled');
    expect(outcome.computedTokens).toBeLessThan(prefix.tokens);
    const late = ticketFor(prefetchOf(prefix), AbortSignal.abort());
    under.engine.submit(late);
    expect(await under.host.settled(late.id)).toMatchObject({
      state: 'cancelled',
      computedTokens: 0,
    });
  });

  it('is settled as cancelled when the engine closes', async () => {
    const under = await openForTest({ batchTokens: 32 });
    const prefix = knownPrompt(under, [systemOf('clerk', 40), userSays('Later')], 'clerk');
    const tickets = [ticketFor(prefetchOf(prefix)), ticketFor(prefetchOf(prefix))];
    for (const ticket of tickets) under.engine.submit(ticket);
    await under[Symbol.asyncDispose]();
    expect(under.host.outcomes.map(({ id, state }) => [id, state])).toEqual(
      tickets.map(({ id }) => [id, 'cancelled']),
    );
    const late = ticketFor(prefetchOf(prefix));
    under.engine.submit(late);
    expect(under.host.outcomes.at(-1)).toMatchObject({ id: late.id, state: 'cancelled' });
  });
});

describe('release and retain', () => {
  it('drops a conversation from slots and files but leaves the role head, which is everybody’s', async () => {
    await using under = await openForTest();
    const messages = [systemOf('clerk'), userSays('Private '.repeat(80))];
    const prefix = knownPrompt(under, messages, 'clerk');
    await ask(under.engine, messages, { as: { agent: 'clerk', session: 's-clerk' } });
    const ticket = ticketFor({ kind: 'release', prefix, how: 'drop', why: 'session-close' });
    under.engine.submit(ticket);
    expect(await under.host.settled(ticket.id)).toMatchObject({ state: 'applied', mode: 'hard' });
    const after = await ask(under.engine, [systemOf('clerk'), userSays('Private')]);
    expect(after.cached).toBeGreaterThan(64);
    expect(after.cached).toBeLessThan(prefix.tokens - 80);
    expect(under.host.events.filter(({ type }) => type === 'engine-remove')).not.toEqual([]);
  });

  it('drops from a busy slot when it comes free', async () => {
    await using under = await openForTest();
    const messages = [systemOf('clerk'), userSays('Private '.repeat(80))];
    const prefix = knownPrompt(under, messages, 'clerk');
    const running = ask(under.engine, messages, {
      as: { agent: 'clerk', session: 's-clerk' },
      maxTokens: 40,
    });
    await expect.poll(() => under.engine.load().running, { interval: 1 }).toBe(1);
    const ticket = ticketFor({ kind: 'release', prefix, how: 'drop', why: 'session-close' });
    under.engine.submit(ticket);
    await under.host.settled(ticket.id);
    await running;
    const after = await ask(under.engine, messages);
    expect(after.cached).toBeLessThan(prefix.tokens - 80);
  });

  it('needs no retain: it asks what everything is worth', async () => {
    await using under = await openForTest();
    const prefix = knownRole(under, 'clerk');
    const worth = { reuse: 1, gainMs: 1, keep: 1 };
    const ticket = ticketFor({ kind: 'retain', prefix, worth, untilMs: 0 });
    under.engine.submit(ticket);
    expect(under.host.outcomes).toMatchObject([
      { id: ticket.id, state: 'refused', mode: 'ranked' },
    ]);
  });
});
