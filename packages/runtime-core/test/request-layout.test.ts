import { describe, expect, it } from 'vitest';
import type { Policy, RequestLayout, RequestToLayOut } from '../src/index.ts';
import { chat, openSetting, policyOf } from './support/setting.ts';

function layout(
  lay: (request: RequestToLayOut) => RequestLayout | undefined,
  changes: Partial<Policy> = {},
): Policy {
  return policyOf({ mode: 'on', act: { layout: lay }, ...changes });
}
const withUser =
  (suffix: string) =>
  ({ body }: RequestToLayOut): RequestLayout => ({
    body: { ...body, user: `${String(body['user'])}${suffix}` },
  });

describe('layout of requests', () => {
  it('sends, drafts and remembers the request as the last policy left it', async () => {
    const { ask, driver } = await openSetting({
      policies: [
        layout(withUser('-a'), { name: 'a' }),
        layout(withUser('-b'), { name: 'b' }),
        layout(({ body }) => ({ body: { ...body, messages: [{ role: 'user', content: 'hi' }] } }), {
          name: 'c',
        }),
      ],
    });
    await ask(chat('triage', 's', ['hello']));
    const [request] = driver.requests;
    expect(request?.body).toMatchObject({ user: 's-a-b', messages: [{ content: 'hi' }] });
    expect(request?.draft?.prefixes.map(({ tokens }) => tokens)).toEqual([2]);
  });

  it('tells whose request it is', async () => {
    const seen: RequestToLayOut[] = [];
    const { ask } = await openSetting({
      policies: [layout((request) => void seen.push(request))],
      tenantOf: () => 'acme',
    });
    await ask(chat('triage', 's', ['hello']));
    expect(seen).toMatchObject([
      { agent: 'triage', session: 's', call: 'call-1', endpoint: 'fake', tenant: 'acme' },
    ]);
  });

  it.each([
    ['throws', { mode: 'on' }],
    ['is in shadow', { mode: 'shadow' }],
    ['is off', { mode: 'off' }],
  ] as const)('sends the request as the app wrote it when the policy %s', async (how, mode) => {
    const { ask, driver } = await openSetting({
      policies: [
        layout((request) => {
          if (how === 'throws') throw new Error('a bug');
          return withUser('-x')(request);
        }, mode),
      ],
    });
    await ask(chat('triage', 's', ['hello']));
    expect(driver.requests[0]?.body).toMatchObject({ user: 's' });
  });

  it('sends the request as the app wrote it when the layout is no prompt', async () => {
    const { ask, driver } = await openSetting({
      policies: [layout(() => ({ body: { messages: [] } }))],
    });
    await ask(chat('triage', 's', ['hello']));
    expect(driver.requests[0]?.body).toMatchObject(chat('triage', 's', ['hello']));
  });

  it('asks nobody after stopActing', async () => {
    const { ask, driver, runtime } = await openSetting({ policies: [layout(withUser('-x'))] });
    runtime.stopActing();
    await ask(chat('triage', 's', ['hello']));
    expect(driver.requests[0]?.body).toMatchObject({ user: 's' });
  });
});
