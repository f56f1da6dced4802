import { createRuntime } from '@entresol/runtime-core';
import type { RequestBody } from '@entresol/runtime-core';
import { FakeDriver, ManualClock, countingIds, scriptedLink } from '@entresol/runtime-core/testing';
import type { FakeReply } from '@entresol/runtime-core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { prefixLayout } from '../../src/prefix-layout/index.ts';
import type { PrefixDrift, PrefixLayoutOptions } from '../../src/prefix-layout/index.ts';

const tool = (name: string): object => ({ type: 'function', function: { name, parameters: {} } });
const user = (content: string): object => ({ role: 'user', content });

function setting(
  options: PrefixLayoutOptions = {},
  reply: (body: RequestBody) => FakeReply = () => ({ text: 'yes' }),
) {
  const policy = prefixLayout({ mode: 'on', ...options });
  const driver = new FakeDriver({ reply });
  const runtime = createRuntime({
    engines: driver,
    clock: new ManualClock(),
    ids: countingIds(),
    policies: [policy],
  });
  onTestFinished(() => runtime.close());
  runtime.link(
    scriptedLink(({ session = 's' }) => ({ agent: 'triage', session: String(session) })),
  );
  const ask = async (body: RequestBody): Promise<string> => {
    const { baseURL, fetch } = runtime.client();
    const sent = { method: 'POST', body: JSON.stringify(body) };
    return (await fetch(`${baseURL}/chat/completions`, sent)).text();
  };
  const sentBodies = (): readonly RequestBody[] => driver.requests.map(({ body }) => body);
  return { ask, policy, sentBodies, runtime };
}

const prompt = (system: string, ...messages: readonly object[]): RequestBody => ({
  messages: [{ role: 'system', content: system }, ...messages],
});

describe('what is sent', () => {
  it('gives prompts one beginning whatever the order of tools and the hour', async () => {
    const { ask, sentBodies, policy } = setting({
      volatile: [/It is \d\d:\d\d\.\s?/u],
      toolOrder: 'by-name',
    });
    await ask({ ...prompt('It is 09:41. Sort mail.', user('a')), tools: [tool('x'), tool('y')] });
    await ask({ ...prompt('It is 09:42. Sort mail.', user('a')), tools: [tool('y'), tool('x')] });
    expect(sentBodies()).toMatchObject([
      { messages: [{ content: 'Sort mail.' }, { content: 'a\n\nIt is 09:41.' }] },
      { messages: [{ content: 'Sort mail.' }, { content: 'a\n\nIt is 09:42.' }] },
    ]);
    expect(sentBodies()[0]?.['tools']).toEqual(sentBodies()[1]?.['tools']);
    expect(policy.figures()).toEqual({
      requests: 2,
      toolsArranged: 2,
      toolsRenamed: 0,
      textMoved: 2,
    });
    expect(policy.drifts()).toEqual([]);
  });

  it('moves nothing that it was not allowed to move', async () => {
    const { ask, sentBodies } = setting();
    await ask(prompt('It is 09:41. Sort mail.', user('a')));
    expect(sentBodies()[0]).toMatchObject(prompt('It is 09:41. Sort mail.', user('a')));
  });

  it('renames tools on the wire alone, in the prompt and in the reply', async () => {
    const { ask, sentBodies } = setting(
      { toolNames: (name) => name.replace(/-\d+$/u, '') },
      () => ({ text: '', toolCalls: [{ name: 'extract', args: {} }] }),
    );
    const earlier = {
      role: 'assistant',
      content: '',
      tool_calls: [{ id: '1', type: 'function', function: { name: 'extract-1', arguments: '{}' } }],
    };
    const reply = await ask({
      ...prompt('Sort mail.', user('extract-1'), earlier),
      tools: [tool('extract-2')],
      tool_choice: { type: 'function', function: { name: 'extract-2' } },
    });
    expect(reply).toContain('"name":"extract-2"');
    expect(sentBodies()[0]).toMatchObject({
      tools: [{ function: { name: 'extract' } }],
      tool_choice: { function: { name: 'extract' } },
      messages: [{}, { content: 'extract-1' }, { tool_calls: [{ function: { name: 'extract' } }] }],
    });
  });

  it("renames tools of Anthropic's API, in the choice of one and in earlier calls too", async () => {
    const { ask, sentBodies } = setting({ toolNames: (name) => name.replace(/-\d+$/u, '') });
    const use = { type: 'tool_use', id: '1', name: 'extract-1', input: { name: 'extract-1' } };
    await ask({
      system: 'Sort mail.',
      tools: [{ name: 'extract-2', input_schema: {} }],
      tool_choice: { type: 'tool', name: 'extract-2' },
      messages: [user('extract-1'), { role: 'assistant', content: [use] }],
    });
    expect(sentBodies()[0]).toMatchObject({
      tools: [{ name: 'extract' }],
      tool_choice: { name: 'extract' },
      messages: [user('extract-1'), { content: [{ ...use, name: 'extract' }] }],
    });
  });

  it('keeps the names of two tools that would get the same one', async () => {
    const { ask, sentBodies } = setting({ toolNames: () => 'tool' });
    await ask({ ...prompt('Sort mail.', user('a')), tools: [tool('x'), tool('y')] });
    expect(sentBodies()[0]?.['tools']).toEqual([tool('x'), tool('y')]);
  });
});

const drift = (changes: Partial<PrefixDrift>): unknown =>
  expect.objectContaining({ agent: 'triage', ...changes });

/** As Anthropic's API has them. */
const told = (hour: string): RequestBody => ({
  system: [
    { type: 'text', text: 'Sort mail.', cache_control: { type: 'ephemeral' } },
    { type: 'text', text: `It is ${hour}.` },
  ],
  messages: [user('a')],
});
const marked = (text: string): object => ({
  role: 'user',
  content: [{ type: 'text', text, cache_control: { type: 'ephemeral' } }],
});

describe('the alarm', () => {
  it('names the system message and the byte, and what stands there', async () => {
    const heard: PrefixDrift[] = [];
    const { ask, policy } = setting({ mode: 'shadow', onDrift: (one) => heard.push(one) });
    for (const hour of ['09:41', '09:42', '09:43']) {
      await ask({ ...prompt(`Grüezi. It is ${hour}.`, user('a')), session: hour });
    }
    // "Grüezi. It is 09:4" has a letter of two bytes.
    const what = { part: 'system', message: 0 } as const;
    expect(heard).toEqual([drift({ what, atByte: 19, looksLike: 'date', count: 1 })]);
    expect(policy.drifts()).toEqual([drift({ what, count: 2, session: '09:43' })]);
  });

  it.each([
    [
      'a tool that changed',
      [tool('x'), { ...tool('y'), strict: true }],
      { part: 'tool', tool: 'y', how: 'changed' },
    ],
    ['a tool that went', [tool('x')], { part: 'tool', tool: 'y', how: 'removed' }],
    ['the order of tools', [tool('y'), tool('x')], { part: 'tool-order' }],
  ] as const)('names %s', async (_case, tools, what) => {
    const { ask, policy } = setting({ toolOrder: 'untouched' });
    await ask({ ...prompt('Sort.', user('a')), tools: [tool('x'), tool('y')] });
    await ask({ ...prompt('Sort.', user('a')), tools });
    expect(policy.drifts()).toEqual([drift({ what })]);
  });

  it("names the block of Anthropic's system prompt", async () => {
    const { ask, policy } = setting({ mode: 'shadow' });
    await ask(told('09:41'));
    await ask(told('09:42'));
    const what = { part: 'system', message: 1 } as const;
    expect(policy.drifts()).toEqual([drift({ what, atByte: 10, looksLike: 'date' })]);
  });

  it('hears nothing of breakpoints that move along with a conversation', async () => {
    const { ask, policy } = setting({ mode: 'shadow' });
    const system = 'Sort.';
    await ask({ system, messages: [user('a'), marked('b'), marked('c')] });
    await ask({ system, messages: [user('a'), user('b'), marked('c'), marked('d')] });
    expect(policy.drifts()).toEqual([]);
  });

  it('names the message of the conversation that is not as it was sent before', async () => {
    const { ask, policy } = setting();
    await ask(prompt('Sort.', user('a'), user('b'), user('now sort')));
    await ask(prompt('Sort.', user('a'), user('c'), user('b'), user('now sort')));
    expect(policy.drifts()).toEqual([drift({ what: { part: 'message', message: 1 }, atByte: 0 })]);
  });

  it('hears nothing of a conversation that goes on, nor of another session', async () => {
    const { ask, policy } = setting();
    await ask(prompt('Sort.', user('a'), user('b'), user('task')));
    await ask(prompt('Sort.', user('a'), user('b'), user('c'), user('task')));
    await ask({ ...prompt('Sort.', user('x'), user('y'), user('task')), session: 'other' });
    expect(policy.drifts()).toEqual([]);
  });
});

it.each([
  [
    { toolOrder: 'random' },
    'toolOrder must be one of by-name, once-changed, untouched, got random',
  ],
  [{ volatile: [/x*/u] }, 'volatile[0] matches an empty text'],
])('refuses %j', (options, message) => {
  // @ts-expect-error: from untyped code
  expect(() => prefixLayout(options)).toThrow(message);
});
