import { describe, expect, it, vi } from 'vitest';
import type { Policy, RuntimeEvent } from '../src/index.ts';
import { FakeDriver } from '../src/testing/index.ts';
import { chat, openSetting, policyOf, typesOf } from './support/setting.ts';

function throwing(): never {
  throw new Error('a bug');
}

const broken: Policy = {
  name: 'broken',
  mode: 'on',
  interference: 'none',
  observe: throwing,
  predict: { nextAgent: throwing, outputTokens: throwing },
  score: { prefix: throwing, call: throwing, endpoint: throwing, transition: throwing },
  act: { inline: throwing, background: throwing },
};
function acting(inline: NonNullable<NonNullable<Policy['act']>['inline']>): Policy {
  return policyOf({ mode: 'on', act: { inline } });
}

const ofCalls = (events: readonly RuntimeEvent[]): readonly RuntimeEvent[] =>
  events.filter(({ type }) => type.startsWith('call-'));

describe('managed calls', () => {
  it('tells of a JSON call from start to end, with what the engine reported', async () => {
    const { ask, events, driver } = await openSetting();
    const response = await ask(chat('triage', 's', ['hello there']));
    expect(await response.json()).toMatchObject({ choices: [{ message: { role: 'assistant' } }] });
    const [start, , end] = ofCalls(events);
    expect(typesOf(ofCalls(events))).toStrictEqual(['call-start', 'call-send', 'call-end']);
    expect(start).toMatchObject({ agent: 'triage', session: 's', call: 'call-1', attempt: 1 });
    expect(end).toMatchObject({ call: 'call-1', usage: driver.requests[0]?.usage });
  });

  it('names the chain of a call from the role to the whole prompt, each with its parent', async () => {
    const { ask, events } = await openSetting();
    await ask(chat('triage', 's', ['hello there']));
    const [start] = ofCalls(events);
    const prefixes = start?.type === 'call-start' ? start.prefixes : [];
    expect(prefixes).toMatchObject([{ agent: 'triage' }, { session: 's' }]);
    expect(prefixes[0]?.session).toBeUndefined();
    expect(prefixes[1]?.parent).toBe(prefixes[0]?.id);
  });

  it('tells of a stream from start over the first token to the end', async () => {
    const { ask, events } = await openSetting();
    const response = await ask(chat('triage', 's', ['hello'], { stream: true }));
    expect(await response.text()).toMatch(/data: \[DONE\]\n\n$/);
    expect(typesOf(ofCalls(events))).toStrictEqual([
      'call-start',
      'call-send',
      'call-first-token',
      'call-end',
    ]);
    expect(events.at(-1)).toMatchObject({ usage: { input: 11, cacheRead: 0, output: 3 } });
  });

  it('hands on the very bytes and headers of the reply', async () => {
    const plain = new FakeDriver();
    const { baseURL, fetch } = plain.transport;
    const body = chat('triage', 's', ['hello'], { stream: true, entresol_call: 'call-1' });
    const direct = await fetch(`${baseURL}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    const { ask } = await openSetting();
    const managed = await ask(chat('triage', 's', ['hello'], { stream: true }));
    expect(managed.headers.get('content-type')).toBe(direct.headers.get('content-type'));
    expect(await managed.bytes()).toStrictEqual(await direct.bytes());
  });

  it('manages a Request as it manages a URL with options', async () => {
    const { runtime, events } = await openSetting();
    const { baseURL, fetch } = runtime.client();
    const body = JSON.stringify(chat('triage', 's', ['hello']));
    const request = new Request(`${baseURL}/chat/completions`, { method: 'POST', body });
    expect((await fetch(request)).status).toBe(200);
    expect(typesOf(ofCalls(events))).toStrictEqual(['call-start', 'call-send', 'call-end']);
  });

  it('sends the very text of the app when the driver has nothing to add', async () => {
    const driver = new FakeDriver();
    driver.decorate = (body) => body;
    const upstream = vi.spyOn(driver.transport, 'fetch');
    const { ask } = await openSetting({ driver });
    const text = `${JSON.stringify(chat('triage', 's', ['grüße']), null, 3)}\n`;
    await ask({}, { body: text });
    expect(upstream.mock.calls[0]?.[1]?.body).toBe(text);
  });

  it('answers the same when a policy throws in every member', async () => {
    const sound = await openSetting();
    const hurt = await openSetting({ policies: [broken] });
    for (const more of [{}, { stream: true }]) {
      const body = chat('triage', 's', ['hello'], more);
      const [one, other] = await Promise.all([sound.ask(body), hurt.ask(body)]);
      expect(other.status).toBe(one.status);
      expect(await other.text()).toBe(await one.text());
    }
    expect(typesOf(hurt.events)).toStrictEqual(typesOf(sound.events));
    expect(hurt.runtime.report().policies[1]).toMatchObject({ faults: 5, switchedOff: true });
  });

  it('goes on where the driver cannot decorate or read usage', async () => {
    const driver = new FakeDriver();
    driver.decorate = throwing;
    driver.usage = throwing;
    const { ask, events } = await openSetting({ driver });
    const stream = await ask(chat('triage', 's', ['hello'], { stream: true }));
    expect(await stream.text()).toContain('[DONE]');
    expect((await ask(chat('triage', 's', ['hello']))).status).toBe(200);
    const ends = events.filter(({ type }) => type === 'call-end');
    expect(ends).toHaveLength(2);
    expect(ends[0]).not.toHaveProperty('usage');
  });

  it('gives the app an HTTP error as the engine wrote it, and tells of the failure', async () => {
    const driver = new FakeDriver({ reply: () => ({ text: 'slow down', status: 429 }) });
    const { ask, events } = await openSetting({ driver });
    const response = await ask(chat('triage', 's', ['hello']));
    expect(response.status).toBe(429);
    expect(await response.json()).toMatchObject({ error: { message: 'slow down' } });
    expect(events.at(-1)).toMatchObject({ type: 'call-fail', code: 'http-429' });
  });

  it('lets a stream that breaks break for the app as without us', async () => {
    const driver = new FakeDriver({ reply: () => ({ text: 'one two', breaksAfterWords: 1 }) });
    const { ask, events } = await openSetting({ driver });
    const response = await ask(chat('triage', 's', ['hello'], { stream: true }));
    const reader = response.body?.getReader();
    let text = '';
    const readAll = async (): Promise<void> => {
      for (let next = await reader?.read(); next?.done === false; next = await reader?.read()) {
        text += new TextDecoder().decode(next.value);
      }
    };
    await expect(readAll()).rejects.toThrow('the connection broke');
    expect(text).toContain('one');
    expect(typesOf(ofCalls(events))).toStrictEqual([
      'call-start',
      'call-send',
      'call-first-token',
      'call-fail',
    ]);
    expect(events.at(-1)).toMatchObject({ code: 'failed' });
  });

  it('tells of a request that the app aborts, and rejects as fetch does', async () => {
    const driver = new FakeDriver({ timed: true });
    const { ask, events } = await openSetting({ driver });
    const abort = new AbortController();
    const asked = ask(chat('triage', 's', ['hello']), { signal: abort.signal });
    await vi.waitFor(() => expect(driver.load().running).toBe(1));
    abort.abort();
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    expect(events.at(-1)).toMatchObject({ type: 'call-fail', code: 'aborted' });
    expect(driver.load().running).toBe(0);
  });

  it('counts a stream that the app leaves early as aborted', async () => {
    const { ask, events } = await openSetting();
    const response = await ask(chat('triage', 's', ['hello'], { stream: true }));
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(events.at(-1)).toMatchObject({ type: 'call-fail', code: 'aborted' });
  });
});

describe('unmanaged requests', () => {
  it.each<[string, string, RequestInit]>([
    ['of no attached framework', '/chat/completions', { method: 'POST', body: '{"messages":[]}' }],
    ['whose body is no JSON', '/chat/completions', { method: 'POST', body: '{ "user" :' }],
    ['whose body is a list', '/chat/completions', { method: 'POST', body: '[1, 2]' }],
    ['whose body is bytes', '/chat/completions', { method: 'POST', body: new Uint8Array([123]) }],
    ['to another path', '/embeddings', { method: 'POST', body: '{"input":"x"}' }],
    ['with another method', '/models', { method: 'GET' }],
  ])('go out untouched when %s', async (_, path, init) => {
    const driver = new FakeDriver();
    const upstream = vi.spyOn(driver.transport, 'fetch');
    const { runtime, events } = await openSetting({ driver });
    const { baseURL, fetch } = runtime.client();
    await fetch(`${baseURL}${path}`, init);
    expect(upstream.mock.calls).toHaveLength(1);
    expect(upstream.mock.calls[0]?.[0]).toBe(`${baseURL}${path}`);
    expect(upstream.mock.calls[0]?.[1]).toBe(init);
    expect(events).toStrictEqual([]);
    expect(runtime.report()).toMatchObject({ managedCalls: 0, unmanagedCalls: 1 });
  });

  it('go out untouched when the driver cannot render them: nothing begins that does not end', async () => {
    const { ask, events, runtime } = await openSetting();
    const bad = { ...chat('triage', 's', []), messages: ['agent triage follows no shape'] };
    expect((await ask(bad)).status).toBe(400);
    expect(events).toStrictEqual([]);
    expect(runtime.report().background.refused).toStrictEqual({ 'call-fault': 1 });
  });

  it('are those without a tenant, where tenants are told apart', async () => {
    const tenants = ['', 'acme'];
    const { ask, events } = await openSetting({ tenantOf: () => tenants.shift() ?? '' });
    await ask(chat('triage', 's', ['hello']));
    expect(events).toStrictEqual([]);
    await ask(chat('triage', 's', ['hello']));
    expect(ofCalls(events)[0]).toMatchObject({
      tenant: 'acme',
      prefixes: [{ scope: { namespace: 'acme' } }, {}],
    });
  });
});

describe('plans', () => {
  it('answers 403 with the reason on reject, and sends nothing', async () => {
    const rejecting = acting(() => [{ kind: 'reject', reason: 'no such step' }]);
    const { ask, events, driver } = await openSetting({ policies: [rejecting] });
    const response = await ask(chat('triage', 's', ['hello']));
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({
      error: { code: 'policy_rejected', message: 'policy: no such step' },
    });
    expect(driver.requests).toStrictEqual([]);
    expect(events.at(-1)).toMatchObject({ type: 'call-fail', code: 'rejected' });
  });

  it('hands the merged plan to the driver', async () => {
    const { ask, driver } = await openSetting({
      policies: [acting(() => [{ kind: 'annotate', urgency: 0.5 }])],
    });
    await ask(chat('triage', 's', ['hello']));
    expect(driver.plans).toStrictEqual([{ verdict: 'go', annotate: { urgency: 0.5 } }]);
  });

  it('lets a sibling wait for the first token of the call that leads', async () => {
    const leaderFirst = acting((occasion) => {
      if (occasion.type !== 'request') return [];
      const [call] = occasion.siblings;
      const event = 'call-first-token';
      return call === undefined ? [] : [{ kind: 'hold', until: { call, event }, maxMs: 1_000 }];
    });
    const { ask, driver } = await openSetting({ policies: [leaderFirst] });
    const leader = await ask(chat('triage', 's', ['one'], { stream: true }));
    const reader = leader.body?.getReader();
    const sibling = ask(chat('triage', 's', ['two']));
    await new Promise((resolve) => setImmediate(resolve));
    expect(driver.requests).toHaveLength(1);
    await reader?.read();
    await reader?.read();
    expect((await sibling).status).toBe(200);
    expect(driver.requests).toHaveLength(2);
    await reader?.cancel();
  });

  it('does not let a call wait for itself', async () => {
    const selfish = acting((occasion) =>
      occasion.type === 'request'
        ? [{ kind: 'hold', until: { call: occasion.draft.call, event: 'call-end' }, maxMs: 1_000 }]
        : [],
    );
    const { ask } = await openSetting({ policies: [selfish] });
    expect((await ask(chat('triage', 's', ['hello']))).status).toBe(200);
  });

  it('sends a routed call to the other engine', async () => {
    const fast = new FakeDriver({ endpoint: 'fast' });
    const strong = new FakeDriver({ endpoint: 'strong' });
    const { ask } = await openSetting({
      engines: { fast, strong },
      policies: [acting(() => [{ kind: 'route', endpoint: 'strong' }])],
    });
    expect((await ask(chat('triage', 's', ['hello']))).status).toBe(200);
    expect([fast.requests.length, strong.requests.length]).toStrictEqual([0, 1]);
  });
});
