import { createRuntime } from '@entresol/runtime-core';
import type { Ability, FrameworkPort } from '@entresol/runtime-core';
import { FakeDriver, ManualClock, countingIds } from '@entresol/runtime-core/testing';
import { InMemoryStore } from '@langchain/langgraph';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { langGraphStore, toolMemo } from '../../src/tool-memo/index.ts';
import type { MemoStore, SharedMemoOptions } from '../../src/tool-memo/index.ts';

const port: FrameworkPort = { can: new Set<Ability>(['serve-tool']) };
const secret = new Uint8Array(32).fill(7);

function mapStore(): MemoStore & { readonly entries: Map<string, string> } {
  const entries = new Map<string, string>();
  return {
    entries,
    get: (key) => Promise.resolve(entries.get(key)),
    set: (key, entry) => Promise.resolve(entries.set(key, entry)),
  };
}

/** One process of several. */
function processOn(shared: SharedMemoOptions, version = '1') {
  let writes = 0;
  const store: MemoStore = {
    get: (key) => shared.store.get(key),
    set: (...entry) => shared.store.set(...entry).finally(() => (writes += 1)),
  };
  const memo = toolMemo({
    mode: 'on',
    tenants: 'single',
    shared: { warn: () => undefined, ...shared, store },
    tools: { read: { ttlMs: 1_000, version }, written: { ttlMs: 1_000, writtenBy: ['write'] } },
  });
  const runtime = createRuntime({
    engines: new FakeDriver(),
    clock: new ManualClock(),
    ids: countingIds(),
    policies: [memo],
  });
  onTestFinished(() => runtime.close());
  const call = async (value: unknown, tool = 'read', args: unknown = {}): Promise<unknown> => {
    const asked = { type: 'tool', session: 's', agent: 'a', tool, args } as const;
    const decided = (await runtime.passage(asked, port)) ?? { verdict: 'go' };
    if (decided.verdict === 'serve') return decided.value;
    const before = writes;
    if (decided.verdict === 'go') decided.ran?.({ how: 'returned', value });
    // The tool does not wait for the store to have it.
    if (tool === 'read') await vi.waitUntil(() => writes === before + 1);
    return value;
  };
  return { memo, call };
}

describe('a shared store', () => {
  it.each([
    ['a map', mapStore],
    ['a LangGraph store', () => langGraphStore(new InMemoryStore())],
  ])('serves in one process what ran in another: %s', async (_name, create) => {
    const shared = { store: create(), secret };
    await processOn(shared).call({ found: [1, 2] });
    const other = processOn(shared);
    expect(await other.call('anew')).toEqual({ found: [1, 2] });
    expect(other.memo.figures()).toMatchObject({ served: 1, shared: 1, missed: 0 });
    // Once there, it is held here.
    await other.call('anew');
    expect(other.memo.figures()).toMatchObject({ served: 2, shared: 1 });
  });

  it('does not get results of tools that are written to', async () => {
    const store = mapStore();
    await processOn({ store, secret }).call('old', 'written');
    expect(store.entries.size).toBe(0);
  });

  it('does not serve what was changed, moved to another key, or signed with another secret', async () => {
    const store = mapStore();
    await processOn({ store, secret }).call('one', 'read', { n: 1 });
    const [key = '', entry = ''] = [...store.entries].at(0) ?? [];
    store.entries.set(key, entry.replace('one', 'two'));
    const second = processOn({ store, secret });
    expect(await second.call('anew', 'read', { n: 1 })).toBe('anew');
    expect(second.memo.figures().forged).toBe(1);

    await processOn({ store, secret }).call('other', 'read', { n: 2 });
    const moved = [...store.entries].find(([name]) => name !== key)?.[0] ?? '';
    store.entries.set(moved, entry);
    expect(await processOn({ store, secret }).call('anew', 'read', { n: 2 })).toBe('anew');

    store.entries.set(key, entry);
    const stranger = processOn({ store, secret: new Uint8Array(32).fill(8) });
    expect(await stranger.call('anew', 'read', { n: 1 })).toBe('anew');
    expect(stranger.memo.figures().forged).toBe(1);
  });

  it('does not serve what is over, though the store still has it', async () => {
    const store = mapStore();
    await processOn({ store, secret, now: () => 5_000 }).call('old');
    expect(await processOn({ store, secret, now: () => 5_999 }).call('new')).toBe('old');
    expect(await processOn({ store, secret, now: () => 6_000 }).call('new')).toBe('new');
  });

  it('is a miss where it fails, counted, and told of once', async () => {
    const warnings: string[] = [];
    const store: MemoStore = {
      get: () => Promise.reject(new Error('no route')),
      set: () => Promise.reject(new Error('no route')),
    };
    const warn = (message: string): void => void warnings.push(message);
    const { memo, call } = processOn({ store, secret, warn });
    expect(await call('found')).toBe('found');
    await vi.waitFor(() => expect(memo.figures().storeFailures).toBe(2));
    expect(memo.figures()).toMatchObject({ missed: 1, stored: 1 });
    expect(warnings).toEqual([expect.stringContaining('no route')]);
    expect(await call('anew')).toBe('found');
  });

  it('is a miss where it does not answer', async () => {
    const store: MemoStore = { ...mapStore(), get: () => new Promise(() => undefined) };
    const { memo, call } = processOn({ store, secret, withinMs: 5 });
    expect(await call('found')).toBe('found');
    expect(memo.figures().storeFailures).toBe(1);
  });

  it('is a miss where it holds something else', async () => {
    const store: MemoStore = { ...mapStore(), get: () => Promise.resolve('{"lc":1}') };
    expect(await processOn({ store, secret }).call('found')).toBe('found');
  });

  it('wants a secret that is one', () => {
    expect(() => processOn({ store: mapStore(), secret: new Uint8Array(8) })).toThrow(
      /shared\.secret .* got 8/u,
    );
  });
});
