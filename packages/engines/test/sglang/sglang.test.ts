import type { CallPlan, Capabilities, PrefixRef, RequestBody } from '@entresol/runtime-core';
import { draftCall } from '@entresol/runtime-core/testing';
import { describe, expect, it } from 'vitest';
import { sglang, type SGLangEngine, type SGLangOptions } from '../../src/sglang/index.ts';
import { isAtLeast } from '../../src/sglang/version.ts';
import { PassiveHost, prefetchOf, ticketFor } from '../embedded/support/passive-host.ts';
import { FakeSGLang } from './support/fake-sglang.ts';

const baseURL = 'http://127.0.0.1:30000/v1';
const go: CallPlan = { verdict: 'go', annotate: {} };
const head = {
  role: 'system',
  content: 'you are an agent with a role that is long enough to keep',
};
const body: RequestBody = { model: 'tiny', messages: [head, { role: 'user', content: 'hello' }] };

let calls = 0;

function draftOf(engine: SGLangEngine, session: string, tenant?: string) {
  const identity = {
    workload: 'w',
    dispatch: 'd',
    call: `call-${(calls += 1)}`,
    attempt: 1,
    metadata: {},
    agent: 'a',
    session,
  };
  return draftCall(identity, body, engine, tenant);
}

function send(engine: SGLangEngine, session: string, tenant?: string, sent = body) {
  return engine.transport.fetch(`${baseURL}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify(engine.decorate(sent, go, draftOf(engine, session, tenant))),
  });
}

async function opened(
  server = new FakeSGLang(),
  options: Partial<SGLangOptions> = {},
): Promise<{
  server: FakeSGLang;
  host: PassiveHost;
  engine: SGLangEngine;
  capabilities: Capabilities;
}> {
  const host = new PassiveHost();
  const engine = sglang({ baseURL, fetch: server.fetch, exclusive: true, ...options });
  return { server, host, engine, capabilities: await engine.open(host) };
}

const release = (prefix: PrefixRef, how: 'drop' | 'demote') =>
  ({ kind: 'release', prefix, how, why: 'session-close' }) as const;

describe('sglang', () => {
  it.each([
    ['0.5.14', { retention: 'touch', drop: false, demote: false }],
    ['0.5.16', { retention: 'touch', drop: true, demote: false }],
    ['0.5.17', { retention: 'push', drop: false, demote: true }],
    ['0.6.0.post1', { retention: 'push', drop: false, demote: true }],
    ['unknown', { retention: 'touch', drop: false, demote: false }],
  ])('knows what closing a session does in %s', async (version, expected) => {
    const { engine, capabilities } = await opened(new FakeSGLang({ version }));
    expect(capabilities).toMatchObject(expected);
    await engine.close();
  });

  it('does without sessions where the server was started without them', async () => {
    const { server, engine, capabilities } = await opened(new FakeSGLang({ sessions: false }));
    expect(capabilities.retention).toBe('touch');
    await send(engine, 's1');
    expect(server.chats.at(-1)).toEqual(body);
    await engine.close();
  });

  it('references a conversation by one name that says nothing, and lets it go by that name', async () => {
    const { server, host, engine } = await opened(undefined, { saltSecret: 'secret' });
    await send(engine, 's1');
    await send(engine, 's1');
    await send(engine, 's2');
    const names = server.chats.map((chat) => chat['session_id']);
    expect(names[0]).toMatch(/^entresol-[\w-]{43}$/);
    expect(names[1]).toBe(names[0]);
    expect(names[2]).not.toBe(names[0]);
    const whole = draftOf(engine, 's1').prefixes.at(-1);
    if (whole === undefined) throw new TypeError('no prefix');
    const demote = ticketFor(release(whole, 'demote'));
    engine.submit(demote);
    expect(await host.settled(demote.id)).toMatchObject({ state: 'applied', mode: 'ranked' });
    expect(server.closed).toEqual([{ session_id: names[0] }]);
    const drop = ticketFor(release(whole, 'drop'));
    engine.submit(drop);
    expect(await host.settled(drop.id)).toMatchObject({ state: 'refused' });
    await engine.close();
  });

  it('pushes worth as a reference, and brings prompts behind every request', async () => {
    const { server, host, engine } = await opened(undefined, { priority: true });
    await send(engine, 's1');
    const [role] = draftOf(engine, 's1').prefixes;
    if (role === undefined) throw new TypeError('no role');
    host.prompts.set(role.id, { form: 'chat', body: { model: 'tiny', messages: [head] } });
    const worth = { reuse: 1, gainMs: 1, keep: 1 };
    const retain = ticketFor({ kind: 'retain', prefix: role, worth, untilMs: 0 });
    engine.submit(retain);
    expect(await host.settled(retain.id)).toMatchObject({ state: 'applied', mode: 'ranked' });
    expect(server.chats.at(-1)).toMatchObject({
      max_tokens: 1,
      priority: -1_000_000,
      session_id: expect.stringMatching(/^entresol-/),
    });
    const again = ticketFor(prefetchOf(role));
    engine.submit(again);
    expect(await host.settled(again.id)).toMatchObject({ state: 'skipped-resident' });
    await engine.close();
  });

  it.each([
    ['0.5.18', 'cache_salt'],
    ['0.5.17', 'extra_key'],
  ])('keeps tenants apart in %s by %s, whatever the call asks for', async (version, field) => {
    const { server, engine } = await opened(new FakeSGLang({ version }));
    await send(engine, 's1', 'north', { ...body, cache_salt: 'x', extra_key: 'y', priority: 9 });
    const sent = server.chats.at(-1) ?? {};
    expect(sent[field]).toMatch(/^[\w-]{43}$/);
    expect(Object.values(sent)).not.toContain('x');
    expect(Object.values(sent)).not.toContain('y');
    expect(sent).not.toHaveProperty('priority');
    await engine.close();
  });

  it('takes a missing count for none where the server reports counts, and for unknown elsewhere', async () => {
    const reporting = await opened();
    const first = await send(reporting.engine, 's1');
    expect(reporting.engine.usage(await first.json())?.cacheRead).toBe(0);
    await reporting.engine.close();
    const silent = await opened(new FakeSGLang({ cacheReport: false }));
    const other = await send(silent.engine, 's1');
    expect(silent.engine.usage(await other.json())).not.toHaveProperty('cacheRead');
    expect(silent.engine.info().reportsCachedTokens).toBe(false);
    await silent.engine.close();
  });
});

describe('isAtLeast', () => {
  it('compares numbers, not texts', () => {
    expect(isAtLeast('0.5.9', [0, 5, 17])).toBe(false);
    expect(isAtLeast('0.5.17rc0', [0, 5, 17])).toBe(true);
    expect(isAtLeast('v0.10.0', [0, 5, 17])).toBe(true);
    expect(isAtLeast('main', [0, 5, 17])).toBe(false);
  });
});
