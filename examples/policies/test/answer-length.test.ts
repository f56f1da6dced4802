import { createRuntime } from '@entresol/runtime-core';
import { FakeDriver, ManualClock, countingIds, scriptedLink } from '@entresol/runtime-core/testing';
import { expect, it, onTestFinished } from 'vitest';
import { answerLength } from '../src/answer-length.ts';

it('writes the length of the last answers of the same agent on a call', async () => {
  const engine = new FakeDriver({ reply: () => ({ text: 'four words, no more' }) });
  const runtime = createRuntime({
    engines: engine,
    policies: [answerLength({ mode: 'on' })],
    clock: new ManualClock(),
    ids: countingIds(),
  });
  onTestFinished(() => runtime.close());
  await runtime.ready;
  runtime.link(scriptedLink(({ user }) => ({ agent: String(user), session: 's' })));

  const { baseURL, fetch } = runtime.client();
  for (const user of ['writer', 'writer', 'editor']) {
    const messages = [{ role: 'user', content: 'Go on.' }];
    const body = JSON.stringify({ model: 'm', messages, user });
    await (await fetch(`${baseURL}/chat/completions`, { method: 'POST', body })).text();
  }
  const told = engine.plans.map(({ annotate }) => annotate.expectedOutputTokens);
  expect(told).toEqual([undefined, 4, undefined]);
});

it('refuses a window that is none, with the value', () => {
  expect(() => answerLength({ window: 0 })).toThrow(/window .* got 0/u);
});
