import type { LlamaContext, Token } from 'node-llama-cpp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createVocabulary, isVisible } from '../../../src/embedded/model/vocabulary.ts';
import { openRandomLlama, type RandomLlama } from './random-llama.ts';

const prose =
  `I received the wrong size last Thursday, and your website refuses to open a return for it. Could somebody from
the returns department call me back before the weekend? The courier left the parcel with my neighbour, who noticed that
the box was already torn. I would rather have a replacement than my money back, because the jacket is a birthday present
for my daughter. If that is impossible, please explain how long the refund will take and whether I have to pay for the
postage. I have been a customer since 2019 and this has never happened to me before.`.replaceAll(
    '\n',
    ' ',
  );

const tool = {
  type: 'function',
  function: {
    name: 'open_return',
    description: 'Opens a return for one article of an order and sends the label to the customer.',
    parameters: {
      type: 'object',
      properties: {
        order_number: { type: 'string', description: 'Number printed on the delivery note' },
        reason: { type: 'string', enum: ['wrong_size', 'damaged', 'late', 'other'] },
        express: { type: 'boolean' },
      },
      required: ['order_number', 'reason'],
    },
  },
};

describe('the random model in llama.cpp', () => {
  let llama: RandomLlama;

  beforeAll(async () => {
    llama = await openRandomLlama();
  });

  afterAll(() => llama.close());

  const charactersPerToken = (text: string): number =>
    text.length / llama.model.tokenize(text, true).length;

  it('tokenises support prose at 3.5 characters per token or more', () => {
    expect(charactersPerToken(prose)).toBeGreaterThanOrEqual(3.5);
  });

  it.each([
    ['compact', JSON.stringify(tool)],
    ['indented', JSON.stringify(tool, undefined, 2)],
  ])('tokenises a %s JSON schema at 2.5 characters per token or more', (_form, text) => {
    expect(charactersPerToken(text)).toBeGreaterThanOrEqual(2.5);
  });

  it('gives back any text, also what its pieces cannot spell', () => {
    for (const text of [prose, '  two spaces\n\n\ttab', 'Größe 42 → 北京 👩‍💻', '{"a":[1,2]}']) {
      expect(llama.model.detokenize(llama.model.tokenize(text, true), true)).toBe(text);
    }
  });

  it('knows each role marker as one token', () => {
    for (const role of ['system', 'developer', 'user', 'assistant', 'tool']) {
      expect(llama.model.tokenize(`<|${role}|>`, true)).toHaveLength(1);
    }
    expect(llama.model.tokenize('<|end|>', true)).toHaveLength(1);
    expect(llama.model.tokenize('<|end|>', false).length).toBeGreaterThan(1);
  });

  it('decodes greedily to the same tokens each time, only visible ones, and never stops by itself', async () => {
    const vocabulary = createVocabulary();
    const one = await generate(300, 0);
    expect(one).toHaveLength(300);
    for (const id of one) {
      const token = vocabulary.tokens[id];
      expect(token && isVisible(token)).toBe(true);
      expect(llama.model.isEogToken(id)).toBe(false);
    }
    expect((await generate(60, 0)).map(Number)).toEqual(one.slice(0, 60).map(Number));
    expect(llama.model.detokenize(one)).not.toContain('\u{FFFD}');
  });

  it('shows only visible tokens at a high temperature, too', async () => {
    const vocabulary = createVocabulary();
    const tokens = await generate(150, 2);
    expect(tokens).toHaveLength(150);
    expect(
      tokens.every((id) => {
        const token = vocabulary.tokens[id];
        return token && isVisible(token);
      }),
    ).toBe(true);
  });

  async function generate(count: number, temperature: number): Promise<Token[]> {
    // One thread: beside other tests, threads that wait for each other are slower than none.
    const context: LlamaContext = await llama.model.createContext({
      contextSize: 1024,
      threads: 1,
      flashAttention: false,
    });
    const prompt = llama.model.tokenize(`<s><|user|>\n${prose}<|end|>\n<|assistant|>\n`, true);
    const tokens: Token[] = [];
    for await (const token of context.getSequence().evaluate(prompt, { temperature, seed: 1 })) {
      tokens.push(token);
      if (tokens.length === count) {
        break;
      }
    }
    await context.dispose();
    return tokens;
  }
});
