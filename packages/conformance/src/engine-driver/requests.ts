import type { Usage } from '@entresol/runtime-core';
import { lastUsagePayload } from '@entresol/runtime-core/testing';
import { describe, expect, it } from 'vitest';
import type { BenchDriver } from './bench-driver.ts';
import { readEvents } from './reading.ts';

/** `transport.fetch`, `decorate` and `usage`: one call after another. */
export function describeRequests(bench: () => BenchDriver): void {
  describe('requests', () => {
    it('answers a chat completion with its usage', async () => {
      const body = bench().chat('answerer', ['a question']);
      const { draft, reply, usage } = await bench().ask(body, 'answerer', 's1');
      expect(bench().prompts.wire.roleOf(reply)).toBe('assistant');
      expect(usage.output).toBeGreaterThanOrEqual(0);
      expect(usage.output).toBeLessThanOrEqual(bench().prompts.maxTokens);
      const exact = draft.prefixes.at(-1)?.tokensEvidence === 'exact';
      expect(usage.input).toBe(exact ? draft.inputTokens : usage.input);
      expect(usage.input).toBeGreaterThan(0);
    });

    it('answers a stream that ends with its usage and the last event of its API', async () => {
      const { wire } = bench().prompts;
      const body = wire.streamed(bench().chat('streamer', ['a question']));
      const { response } = await bench().send(body, { agent: 'streamer', session: 's1' });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toContain('text/event-stream');
      const events = await readEvents(response);
      expect(events.at(-1)).toSatisfy((last: string) => wire.ends(last));
      expect(streamUsage(bench(), events)?.input).toBeGreaterThan(0);
    });

    it('answers a request that was never decorated', async () => {
      const response = await bench().post(JSON.stringify(bench().chat('stranger', ['hello'])));
      expect(response.status).toBe(200);
      expect(bench().driver.usage(await response.json())?.input).toBeGreaterThan(0);
    });

    it('reads no usage out of what has none', () => {
      for (const reply of [undefined, null, 'text', 7, {}, { usage: null }, { choices: [] }]) {
        expect(bench().driver.usage(reply)).toBeUndefined();
      }
    });
  });
}

/** As a runtime reads it. */
function streamUsage({ driver }: BenchDriver, events: readonly string[]): Usage | undefined {
  return driver.usage(lastUsagePayload(events.map((payload) => `data: ${payload}\n`).join('')));
}

/** A managed stream tells its usage also to the runtime alone. */
export function describeUnaskedUsage(bench: () => BenchDriver): void {
  it('tells a managed stream its usage even where the app did not ask', async () => {
    const body = { ...bench().chat('streamer', ['a question']), stream: true };
    const { response } = await bench().send(body, { agent: 'streamer', session: 's1' });
    const events = await readEvents(response);
    expect(streamUsage(bench(), events)?.input).toBeGreaterThan(0);
  });
}

/** `residency` after a call. */
export function describeResidency(bench: () => BenchDriver): void {
  it('knows after a call that its prompt is held, and of an unknown prefix nothing', async () => {
    const body = bench().chat('resident', ['a question']);
    const { draft } = await bench().ask(body, 'resident', 's1');
    const role = draft.prefixes[0];
    if (role === undefined) throw new TypeError('no role in the chain');
    const held = bench().driver.residency.of(role);
    expect(held.tokens).toBeGreaterThan(0);
    expect(held.tokens).toBeLessThanOrEqual(role.tokens);
    expect(held.tier).toBeDefined();
    const unknown = bench().driver.residency.of({ ...role, id: 'nothing has this id' });
    expect(unknown).toMatchObject({ tokens: 0 });
    expect(unknown.tier).toBeUndefined();
  });
}

/** What the engine reports of its own cache. */
export function describeCachedTokens(bench: () => BenchDriver): void {
  it('reads the same prompt from the cache the second time, but for its last token', async () => {
    const body = bench().chat('repeater', ['a question', 'an answer', 'the same again']);
    const first = await bench().ask(body, 'repeater', 's1');
    const second = await bench().ask(body, 'repeater', 's1');
    expect(first.usage.cacheRead).toBeLessThan(first.usage.input);
    const [role] = first.draft.prefixes;
    const least = role === undefined ? 1 : bench().leastCached(role);
    expect(second.usage.cacheRead).toBeGreaterThanOrEqual(Math.max(1, least));
    expect(second.usage.cacheRead).toBeLessThanOrEqual(second.usage.input - 1);
  });
}
