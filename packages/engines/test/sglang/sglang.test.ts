import { describe, expect, it } from 'vitest';
import { prefetchOf } from '../embedded/support/passive-host.ts';
import { FakeSGLang } from './support/fake-sglang.ts';
import {
  body,
  chat,
  done,
  head,
  opened,
  release,
  retain,
  roleOf,
  send,
  wholeOf,
} from './support/sglang-bench.ts';

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

  it('names no session where the server was started without them, or nobody orders', async () => {
    const without = await opened(new FakeSGLang({ sessions: false }));
    expect(without.capabilities.retention).toBe('touch');
    await send(without.engine, 's1');
    expect(without.server.chats.at(-1)).toEqual(body);
    await without.engine.close();
    const idle = await opened();
    idle.host.orders = false;
    await send(idle.engine, 's1');
    expect(idle.server.chats.at(-1)).toEqual(body);
    await idle.engine.close();
  });

  it('references a conversation by one name that says nothing, and lets it go by that name', async () => {
    const setting = await opened();
    const { server, engine } = setting;
    await send(engine, 's1');
    await send(engine, 's1', undefined, chat('hello', 'yes indeed', 'and now?'));
    await send(engine, 's2');
    const [first, second, other] = server.chats.map((one) => String(one['session_id']));
    expect(first).toMatch(/^entresol-[\w-]{16}-\d+$/);
    expect(second).toBe(first);
    expect(other).not.toBe(first);
    const whole = wholeOf(engine, 's1');
    expect(await done(setting, release(whole, 'demote'))).toMatchObject({
      state: 'applied',
      mode: 'ranked',
    });
    expect(server.closed).toEqual([{ session_id: first }]);
    expect(await done(setting, release(whole, 'demote'))).toMatchObject({ state: 'refused' });
    expect(await done(setting, release(whole, 'drop'))).toMatchObject({ state: 'refused' });
    await send(engine, 's1');
    expect(server.chats.at(-1)?.['session_id']).not.toBe(first);
    await engine.close();
    expect(server.cache.sessions).toEqual([]);
  });

  it('closes the name of a history that was cut: what it stood for is not wanted any more', async () => {
    const { server, engine } = await opened();
    await send(engine, 's1', undefined, chat('hello', 'yes indeed', 'and now?'));
    await send(engine, 's1', undefined, chat('in short'));
    const [long, short] = server.chats.map((one) => one['session_id']);
    expect(short).not.toBe(long);
    expect(server.closed).toEqual([{ session_id: long }]);
    await engine.close();
  });

  it('leaves a session of the app alone, of either kind', async () => {
    const { server, engine } = await opened();
    await send(engine, 's1', undefined, { ...body, session_id: 'mine' });
    expect(server.chats.at(-1)?.['session_id']).toBe('mine');
    const reply = await send(engine, 's1', undefined, { ...body, session_params: { id: 'x' } });
    expect(reply.status).toBe(200);
    await engine.close();
    expect(server.closed).toEqual([]);
  });

  it('takes everything back when nobody orders any more', async () => {
    const { server, host, engine } = await opened();
    for (const session of ['s1', 's2', 's3']) await send(engine, session);
    host.orders = false;
    await send(engine, 's4');
    await expect.poll(() => server.cache.sessions).toEqual([]);
    expect(server.closed).toHaveLength(3);
    await engine.close();
  });

  it('tries again to close what the server did not hear of', async () => {
    const setting = await opened();
    const { server, engine } = setting;
    await send(engine, 's1');
    server.closeStatus = 500;
    const whole = wholeOf(engine, 's1');
    expect(await done(setting, release(whole, 'demote'))).toMatchObject({ state: 'failed' });
    server.closeStatus = 200;
    expect(await done(setting, release(whole, 'demote'))).toMatchObject({ state: 'applied' });
    expect(server.cache.sessions).toEqual([]);
    await engine.close();
  });

  it('pushes a prompt by a request under a name, behind every other', async () => {
    const setting = await opened(undefined, { priority: true });
    const { server, host, engine } = setting;
    await send(engine, 's1');
    const role = roleOf(engine, host);
    expect(await done(setting, retain(role))).toMatchObject({ state: 'applied', mode: 'ranked' });
    expect(server.chats.at(-1)).toMatchObject({
      max_tokens: 1,
      priority: -1_000_000,
      session_id: expect.stringMatching(/^entresol-/),
    });
    expect(engine.evictionOrder?.().held.map(({ pushed }) => pushed)).toEqual([true, true]);
    expect(await done(setting, prefetchOf(role))).toMatchObject({ state: 'skipped-resident' });
    await engine.close();
  });

  it('gives up by age what it let go, before what is still pushed', async () => {
    const setting = await opened();
    const { engine } = setting;
    const sessions = () =>
      engine.evictionOrder?.().held.flatMap(({ prefix: { session } }) => session ?? []);
    for (const session of ['s1', 's2', 's3']) {
      await send(engine, session, undefined, chat(`I am ${session}`));
    }
    expect(sessions()).toEqual(['s1', 's2', 's3']);
    await done(setting, release(wholeOf(engine, 's2', chat('I am s2')), 'demote'));
    expect(sessions()).toEqual(['s2', 's1', 's3']);
    await engine.close();
  });

  it('evicts by closing in 0.5.16, but never the role with it', async () => {
    const setting = await opened(new FakeSGLang({ version: '0.5.16' }));
    const { server, engine } = setting;
    await send(engine, 's1');
    const alone = server.cache.size;
    expect(await done(setting, release(wholeOf(engine, 's1'), 'drop'))).toMatchObject({
      state: 'refused',
    });
    expect(server.cache.size).toBe(alone);
    await send(engine, 's2', undefined, chat('something else'));
    expect(await done(setting, release(wholeOf(engine, 's1'), 'drop'))).toMatchObject({
      state: 'applied',
      mode: 'hard',
    });
    expect(server.closed).toHaveLength(1);
    const again = await send(engine, 's3', undefined, chat('a third'));
    expect(engine.usage(await again.json())?.cacheRead).toBeGreaterThan(10);
    await engine.close();
  });

  it.each([
    [undefined, false, -1_000_000, []],
    [true, false, -1_000_000, []],
    [true, true, 1_000_000, []],
    [false, false, undefined, ['priority']],
  ])(
    'sends warm-ups last (schedules: %s, low first: %s)',
    async (schedulesPriorities, lowPrioritiesFirst, priority, withoutEffect) => {
      const server = new FakeSGLang({
        lowPrioritiesFirst,
        ...(schedulesPriorities === undefined ? {} : { schedulesPriorities }),
      });
      const setting = await opened(server, { priority: true });
      await done(setting, prefetchOf(roleOf(setting.engine, setting.host)));
      expect(server.chats.at(-1)?.['priority']).toBe(priority);
      expect(setting.engine.info().withoutEffect).toEqual(withoutEffect);
      expect(setting.engine.missing?.()).toMatchObject(withoutEffect.map((effect) => ({ effect })));
      await setting.engine.close();
    },
  );

  it('computes a prompt and no token where the server renders chats', async () => {
    const setting = await opened(new FakeSGLang({ rendersChats: true }), { priority: true });
    const { server, host, engine, capabilities } = setting;
    expect(capabilities.prefetch).toBe('prefill-only');
    const role = roleOf(engine, host);
    const outcome = await done(setting, prefetchOf(role));
    expect(outcome).toMatchObject({ state: 'applied', evidence: 'exact' });
    expect(outcome.computedTokens).toBeGreaterThan(10);
    expect(server.chats).toEqual([]);
    expect(server.generated.at(-1)).toMatchObject({
      sampling_params: { max_new_tokens: 0 },
      priority: -1_000_000,
      session_id: expect.stringMatching(/^entresol-/),
    });
    const reply = await send(engine, 's1');
    expect(engine.usage(await reply.json())?.cacheRead).toBeGreaterThan(10);
    await engine.close();
  });

  it('sends as a chat what another model answers, or what is not text', async () => {
    const setting = await opened(new FakeSGLang({ rendersChats: true }));
    const { server, host, engine } = setting;
    const role = roleOf(engine, host);
    const adapter = { model: 'tiny:adapter', messages: [head] };
    host.prompts.set(role.id, { form: 'chat', body: adapter });
    expect(await done(setting, prefetchOf(role))).toMatchObject({ state: 'applied' });
    expect(server.chats.at(-1)).toMatchObject({ model: 'tiny:adapter', max_tokens: 1 });
    expect(server.generated).toEqual([]);
    await engine.close();
  });

  it.each([true, false])(
    'counts what came up from host memory (prefill only: %s)',
    async (rendersChats) => {
      const setting = await opened(new FakeSGLang({ rendersChats, fromHost: 8 }));
      const { host, engine } = setting;
      await send(engine, 's1');
      const whole = wholeOf(engine, 's2', chat('hello', 'yes indeed', 'more'));
      host.prompts.set(whole.id, {
        form: 'chat',
        body: chat('hello', 'yes indeed', 'more'),
      });
      const { movedBytes } = await done(setting, prefetchOf(whole));
      expect(movedBytes).toBe(engine.cost.footprintBytes(8));
      await engine.close();
    },
  );

  it.each([
    ['0.5.18', 'cache_salt'],
    ['0.5.17', 'extra_key'],
  ])('keeps tenants apart in %s by %s, whatever the call asks for', async (version, field) => {
    const setting = await opened(new FakeSGLang({ version, rendersChats: true }));
    const { server, engine, host } = setting;
    const asked = { cache_salt: 'x', extra_key: 'y', priority: 9, session_id: 'of another' };
    await send(engine, 's1', 'north', { ...body, ...asked });
    const sent = server.chats.at(-1) ?? {};
    expect(sent[field]).toMatch(/^[\w-]{43}$/);
    for (const value of ['x', 'y', 'of another']) {
      expect(Object.values(sent)).not.toContain(value);
    }
    expect(sent).not.toHaveProperty('priority');
    await done(setting, prefetchOf({ ...roleOf(engine, host, 'south'), tokens: 100 }));
    expect(server.generated.at(-1)?.[field]).toMatch(/^[\w-]{43}$/);
    expect(server.generated.at(-1)?.[field]).not.toBe(sent[field]);
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
