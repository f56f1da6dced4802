import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { planConversation } from '../../src/trace-load/conversation-plan.ts';
import { measureTextSizes, writePrompts } from '../../src/trace-load/prompt-writer.ts';
import type { WrittenMessage } from '../../src/trace-load/prompt-writer.ts';
import { smallTrace } from './small-trace.ts';

const trace = smallTrace(2);
const sizes = { tokensPerWord: 1, tokensPerMessage: 4 };

/** A tokenizer of words, with four tokens around each message. */
const countWords = (messages: readonly WrittenMessage[]): number =>
  messages.reduce((sum, { content }) => sum + 4 + content.split(' ').length, 0);

test('sizes are found by counting prompts', () => {
  expect(measureTextSizes(countWords)).toEqual(sizes);
});

test('prompts are as long as the trace says and equal for equal counts', () => {
  for (const session of trace.sessions) {
    const prompts = writePrompts(trace, session, sizes);
    expect(prompts.map(countWords)).toEqual([600, 600, 1100]);
    expect(writePrompts(trace, session, sizes)).toEqual(prompts);
  }
});

test('an agent begins the same in all sessions, and nothing else of them is equal', () => {
  const [one, other] = trace.sessions.map((session) => writePrompts(trace, session, sizes));
  expect(one?.[0]?.[0]).toEqual(other?.[0]?.[0]);
  expect(one?.[0]?.[0]).not.toEqual(one?.[1]?.[0]);
  expect(one?.[0]?.[1]).not.toEqual(other?.[0]?.[1]);
});

test('a later prompt keeps the shared part message by message and leaves the rest', () => {
  const plan = planConversation([
    { contextTokens: 100, reusedTokens: 0 },
    { contextTokens: 180, reusedTokens: 60 },
    { contextTokens: 200, reusedTokens: 180 },
    { contextTokens: 90, reusedTokens: 40 },
  ]);
  const ends = plan.map((messages) => messages.map(({ to }) => to));
  expect(ends).toEqual([
    [40, 60, 100],
    [40, 60, 180],
    [40, 60, 180, 200],
    [40, 90],
  ]);
  expect(plan[2]?.slice(0, 3)).toEqual(plan[1]);
  expect(plan[3]?.[0]).toEqual(plan[0]?.[0]);
});

test('prompts share exactly what the trace says they share', () => {
  const steps = fc.array(
    fc.record({
      length: fc.integer({ min: 1, max: 300 }),
      kept: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { minLength: 1, maxLength: 12 },
  );
  fc.assert(
    fc.property(steps, (given) => {
      const calls = given.map(({ length, kept }, at) => {
        const before = given[at - 1]?.length ?? 0;
        return {
          contextTokens: length,
          reusedTokens: Math.floor(kept * Math.min(before, length)),
        };
      });
      const plan = planConversation(calls);
      for (const [at, messages] of plan.entries()) {
        expect(messages.at(-1)?.to).toBe(calls[at]?.contextTokens);
        const earlier = plan[at - 1] ?? [];
        const shared = messages.filter((message, place) => earlier[place] === message);
        expect(shared.at(-1)?.to ?? 0).toBe(calls[at]?.reusedTokens);
      }
    }),
  );
});
