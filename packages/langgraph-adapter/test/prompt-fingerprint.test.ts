import { AIMessage, HumanMessage, SystemMessage, ToolMessage } from '@langchain/core/messages';
import { describe, expect, it } from 'vitest';
import { fingerprintOfBody, fingerprintOfMessages } from '../src/prompt-fingerprint.ts';

const called = fingerprintOfMessages([
  new SystemMessage({ content: [{ type: 'text', text: 'be brief' }] }),
  new HumanMessage('time?'),
  new AIMessage({ content: '', tool_calls: [{ id: 'c', name: 'clock', args: {} }] }),
  new ToolMessage({ content: '12:00', tool_call_id: 'c' }),
]);

describe('fingerprint', () => {
  it('of a chat request is that of its messages', () => {
    const messages = [
      { role: 'system', content: [{ type: 'text', text: 'be brief' }] },
      { role: 'user', content: 'time?' },
      { role: 'assistant', content: null, tool_calls: [{ id: 'c' }] },
      { role: 'tool', content: '12:00', tool_call_id: 'c' },
    ];
    expect(fingerprintOfBody({ messages })).toBe(called);
  });

  it("of a request in Anthropic's shape is that of its messages, wherever results of tools are packed", () => {
    const twice = [
      new SystemMessage('be brief'),
      new HumanMessage('times?'),
      new AIMessage({
        content: 'I look.',
        tool_calls: [
          { id: 'c', name: 'clock', args: {} },
          { id: 'd', name: 'clock', args: {} },
        ],
      }),
      new ToolMessage({ content: '12:00', tool_call_id: 'c' }),
      new ToolMessage({ content: '13:00', tool_call_id: 'd' }),
    ];
    const body = {
      system: [{ type: 'text', text: 'be brief' }],
      messages: [
        { role: 'user', content: 'times?' },
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'I look.' },
            { type: 'tool_use', id: 'c', name: 'clock', input: {} },
            { type: 'tool_use', id: 'd', name: 'clock', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'c', content: '12:00' },
            { type: 'tool_result', tool_use_id: 'd', content: [{ type: 'text', text: '13:00' }] },
          ],
        },
      ],
    };
    expect(fingerprintOfBody(body)).toBe(fingerprintOfMessages(twice));
    const { messages } = body;
    expect(fingerprintOfBody({ system: 'be brief', messages })).toBe(fingerprintOfBody(body));
  });

  it('of a Responses request is that of its messages', () => {
    const input = [
      { role: 'system', content: [{ type: 'input_text', text: 'be brief' }] },
      { role: 'user', content: 'time?' },
      { type: 'function_call', call_id: 'c', name: 'clock', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c', output: '12:00' },
    ];
    expect(fingerprintOfBody({ input })).toBe(called);
  });

  it('keeps the boundaries of messages', () => {
    const one = fingerprintOfBody({ messages: [{ content: 'ab' }, { content: 'c' }] });
    const other = fingerprintOfBody({ messages: [{ content: 'a' }, { content: 'bc' }] });
    expect(one).not.toBe(other);
  });

  it('does not exist for what is no prompt, and survives what is malformed', () => {
    expect(fingerprintOfBody({ input: 'embed me' })).toBeUndefined();
    expect(fingerprintOfBody({ input: ['embed', 'us'] })).toBeUndefined();
    expect(fingerprintOfBody({})).toBeUndefined();
    expect(fingerprintOfBody({ messages: [null, 3, { content: [null, { text: 4 }] }] })).toBe('');
  });
});
