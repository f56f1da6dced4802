import * as fc from 'fast-check';
import type { Token } from 'node-llama-cpp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  createPromptRenderer,
  type PromptRenderer,
  type PromptSource,
} from '../../../src/embedded/chat/prompt-renderer.ts';
import { chatTemplate } from '../../../src/embedded/model/chat-template.ts';
import type { ChatMessage, ToolDefinition } from '../../../src/embedded/wire/chat-message.ts';
import { openRandomLlama, type RandomLlama } from '../model/random-llama.ts';
import { refusingTemplate, userToolsTemplate } from './templates.ts';

const text = fc.oneof(
  fc.lorem({ maxCount: 12 }),
  fc.constantFrom(
    '',
    ' ',
    '\n',
    '<',
    '<|',
    '<|user|>',
    '<b>bold</b>',
    'a < b',
    '[INST]',
    'ü€😀',
    '</s>',
  ),
);

const content = fc.oneof(
  text,
  fc.array(
    text.map((part) => ({ type: 'text' as const, text: part })),
    { maxLength: 3 },
  ),
);

const turn: fc.Arbitrary<ChatMessage> = fc.oneof(
  fc.record({ role: fc.constant('user' as const), content }),
  fc.record({ role: fc.constant('assistant' as const), content }),
  fc.record({
    role: fc.constant('assistant' as const),
    content: fc.constant(null),
    tool_calls: fc.array(
      fc.record({
        id: fc.stringMatching(/^call_[a-z0-9]{4}$/),
        type: fc.constant('function' as const),
        function: fc.record({ name: fc.constantFrom('find', 'send'), arguments: fc.json() }),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  }),
  fc.record({ role: fc.constant('tool' as const), content, tool_call_id: fc.constant('call_1') }),
);

const lead: fc.Arbitrary<ChatMessage> = fc.record({
  role: fc.constantFrom('system' as const, 'developer' as const),
  content,
});

const tools: fc.Arbitrary<readonly ToolDefinition[] | undefined> = fc.option(
  fc.array(
    fc.record({
      type: fc.constant('function' as const),
      function: fc.record({
        name: fc.constantFrom('find', 'send'),
        description: text,
        parameters: fc.dictionary(fc.constantFrom('type', 'required', 'x'), fc.jsonValue()),
      }),
    }),
    { maxLength: 2 },
  ),
  { nil: undefined },
);

const isToken = (id: number): id is Token => Number.isInteger(id);

const user = (words: string): ChatMessage => ({ role: 'user', content: words });

describe('createPromptRenderer', () => {
  let llama: RandomLlama;
  let tokenized: string[] = [];

  beforeAll(async () => {
    llama = await openRandomLlama({ vocabOnly: true });
  });

  afterAll(() => llama.close());

  const rendererOf = (template: string): PromptRenderer =>
    createPromptRenderer({
      template,
      bosToken: '<s>',
      eosToken: '</s>',
      tokenize(words) {
        tokenized.push(words);
        return llama.model.tokenize(words, true);
      },
    });

  const textOf = (tokens: Int32Array): string =>
    llama.model.detokenize(Array.from(tokens).filter(isToken), true);

  it('writes roles, tools, tool calls and results faithfully', () => {
    const { tokens } = rendererOf(chatTemplate).render({
      messages: [
        { role: 'system', content: 'You find orders.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Where is ' },
            { type: 'text', text: 'A-1?' },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            {
              id: 'call_1',
              type: 'function',
              function: { name: 'find', arguments: '{"order":"A-1"}' },
            },
          ],
        },
        { role: 'tool', content: 'shipped', tool_call_id: 'call_1' },
      ],
      tools: [{ type: 'function', function: { name: 'find', parameters: { type: 'object' } } }],
    });
    expect(textOf(tokens)).toBe(
      [
        '<s><|system|>\nYou find orders.\n\n# Tools\n',
        '{"type": "function", "function": {"name": "find", "parameters": {"type": "object"}}}\n<|end|>\n',
        '<|user|>\nWhere is A-1?<|end|>\n',
        '<|assistant|>\n\n<tool_call>{"id": "call_1", "name": "find", "arguments": {"order": "A-1"}}</tool_call><|end|>\n',
        '<|tool|>\ncall_1\nshipped<|end|>\n',
        '<|assistant|>\n',
      ].join(''),
    );
  });

  describe.each([
    ['the random model', chatTemplate],
    ['a model whose template puts the tools into the first user message', userToolsTemplate],
  ])('with the template of %s', (_name, template) => {
    it('gives the tokens of the whole text, though it tokenises piece by piece', () => {
      const renderer = rendererOf(template);
      fc.assert(
        fc.property(
          fc.array(lead, { maxLength: 2 }),
          fc.array(turn, { minLength: 1, maxLength: 5 }),
          tools,
          (leads, turns, given) => {
            const { tokens } = renderer.render({ messages: [...leads, ...turns], tools: given });
            expect([...tokens]).toEqual([...llama.model.tokenize(textOf(tokens), true)]);
          },
        ),
        { numRuns: 60 },
      );
    });

    it('begins every prompt of a role with the tokens of its head', () => {
      const renderer = rendererOf(template);
      fc.assert(
        fc.property(
          fc.array(lead, { maxLength: 2 }),
          fc.array(turn, { minLength: 1, maxLength: 5 }),
          tools,
          (leads, turns, given) => {
            const body = { messages: [...leads, ...turns], tools: given };
            const prompt = renderer.render(body);
            const head = renderer.renderHead(body);
            expect([...prompt.tokens.subarray(0, prompt.roleTokens)]).toEqual([...head]);
            expect(head.length > 0).toBe(leads.length > 0 || (given?.length ?? 0) > 0);
          },
        ),
        { numRuns: 60 },
      );
    });

    it('continues the prompt of a shorter history at the end of its last message', () => {
      const renderer = rendererOf(template);
      fc.assert(
        fc.property(
          fc.array(lead, { maxLength: 1 }),
          fc.array(turn, { minLength: 2, maxLength: 6 }),
          fc.nat(),
          tools,
          (leads, turns, cut, given) => {
            const messages = [...leads, ...turns];
            const shorter = messages.slice(0, leads.length + 1 + (cut % (turns.length - 1)));
            const long = renderer.render({ messages, tools: given });
            const short = renderer.render({ messages: shorter, tools: given });
            const end = short.messageEnds.at(-1) ?? 0;
            expect(end).toBe(long.messageEnds[shorter.length - 1]);
            expect([...long.tokens.subarray(0, end)]).toEqual([...short.tokens.subarray(0, end)]);
            // All that the shorter prompt has more is the mark that the assistant speaks next.
            expect(textOf(short.tokens.subarray(end))).toBe('<|assistant|>\n');
          },
        ),
        { numRuns: 60 },
      );
    });
  });

  it('tokenises only what is new in a history that grew', () => {
    const renderer = rendererOf(chatTemplate);
    const messages = [
      { role: 'system' as const, content: 'You answer.' },
      ...Array.from({ length: 40 }, (_, i) => user(`Question number ${i}`)),
    ];
    renderer.render({ messages });
    tokenized = [];
    const { messageEnds, tokens } = renderer.render({ messages: [...messages, user('And this?')] });
    expect(tokenized).toEqual(['<|user|>\nAnd this?']);
    expect(messageEnds).toHaveLength(42);
    expect(textOf(tokens.subarray(messageEnds.at(-1)))).toBe('<|assistant|>\n');
  });

  it('has no role without a system message and tools', () => {
    const body: PromptSource = { messages: [user('Hello')] };
    expect(rendererOf(chatTemplate).render(body).roleTokens).toBe(0);
    expect(rendererOf(chatTemplate).renderHead(body)).toHaveLength(0);
  });

  it('finds the head and the bounds where the template refuses a history without a user', () => {
    const renderer = rendererOf(refusingTemplate);
    const body: PromptSource = {
      messages: [{ role: 'system', content: 'Be kind.' }, user('Hello')],
    };
    const prompt = renderer.render(body);
    expect(textOf(prompt.tokens)).toBe('<s>[INST]Be kind.\n\nHello[/INST]');
    expect(textOf(renderer.renderHead(body))).toBe('<s>[INST]Be kind.\n\n');
    expect(prompt.roleTokens).toBe(renderer.renderHead(body).length);
    expect(prompt.messageEnds).toEqual([0, prompt.tokens.length]);
  });

  it('says which messages the template refused, and why', () => {
    expect(() =>
      rendererOf(refusingTemplate).render({ messages: [{ role: 'system', content: 'x' }] }),
    ).toThrow(
      expect.objectContaining({
        code: 'bad-request',
        status: 400,
        message: expect.stringMatching(/\(system\).*a user must speak/),
      }),
    );
  });
});
