import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  type ReplyPart,
  ToolCallParser,
  writesToolCallTags,
} from '../../../src/embedded/wire/tool-call-parser.ts';

function parse(pieces: readonly string[]): readonly ReplyPart[] {
  let count = 0;
  const parser = new ToolCallParser(() => `call_${(count += 1)}`);
  return [...pieces.flatMap((piece) => parser.push(piece)), ...parser.end()];
}

/** Neighbouring pieces of text joined: where a text is cut is no matter. */
function joined(parts: readonly ReplyPart[]): readonly ReplyPart[] {
  const result: ReplyPart[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (last?.type === 'text' && part.type === 'text') {
      result[result.length - 1] = { type: 'text', text: last.text + part.text };
    } else {
      result.push(part);
    }
  }
  return result;
}

const call = (name: string, given: string, id: string): ReplyPart => ({
  type: 'tool-call',
  call: { id, type: 'function', function: { name, arguments: given } },
});

const text = (words: string): ReplyPart => ({ type: 'text', text: words });

const reply =
  'Let me see.\n<tool_call>\n{"name": "find", "arguments": {"order": "A-1"}}\n</tool_call>\n<tool_call>{"name":"send"}</tool_call>Done <tool';

const expected = [
  text('Let me see.\n'),
  call('find', '{"order":"A-1"}', 'call_1'),
  text('\n'),
  call('send', '{}', 'call_2'),
  text('Done <tool'),
];

describe('ToolCallParser', () => {
  it('finds calls in the order of the text, however it is split', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: reply.length })), (places) => {
        const cuts = [0, ...places.toSorted((a, b) => a - b), reply.length];
        const pieces = cuts.slice(1).map((end, i) => reply.slice(cuts[i], end));
        expect(joined(parse(pieces))).toEqual(expected);
      }),
    );
  });

  it('holds text back only from the tag on', () => {
    const parser = new ToolCallParser(() => 'c');
    expect(parser.push('a < b <tool')).toEqual([text('a < b ')]);
    expect(parser.push('box>')).toEqual([text('<toolbox>')]);
  });

  it('takes a call whose closing tag is missing at the end', () => {
    expect(parse(['<tool_call>{"name":"find","arguments":{}}'])).toEqual([
      call('find', '{}', 'call_1'),
    ]);
  });

  it('keeps the id and the argument text that the model wrote', () => {
    expect(
      parse(['<tool_call>{"id":"x7","name":"find","arguments":"{\\"a\\": 1}"}</tool_call>']),
    ).toEqual([call('find', '{"a": 1}', 'x7')]);
  });

  it.each([
    '<tool_call>not json</tool_call>',
    '<tool_call>{"arguments":{}}</tool_call>',
    '<tool_call>[1]</tool_call>',
    '<tool_call>{"name":"find", "argu',
  ])('leaves %s as text', (words) => {
    expect(joined(parse([words]))).toEqual([text(words)]);
  });

  it('loses nothing of a text without calls', () => {
    const piece = fc.constantFrom(
      '<',
      '<tool_call>',
      '</tool_call>',
      'x',
      '{',
      'tool_call>',
      '<tool_',
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        expect(joined(parse(pieces))).toEqual(pieces.length > 0 ? [text(pieces.join(''))] : []);
      }),
    );
  });

  it('knows the templates that teach this form', () => {
    expect(writesToolCallTags('… within <tool_call></tool_call> XML tags …')).toBe(true);
    expect(writesToolCallTags('{{ messages }}')).toBe(false);
  });
});
