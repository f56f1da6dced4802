import { describe, expect, it } from 'vitest';
import { moveVolatile } from '../../src/prefix-layout/volatile-text.ts';

const clock = /^It is .*\.\n?/gmu;
const system = { role: 'system', content: 'You sort mail.\nIt is 09:41.\nBe brief.' };
const cleaned = { role: 'system', content: 'You sort mail.\nBe brief.' };

describe('text that is moved behind the stable part', () => {
  it('goes to the end of the last message, and the instructions are the same at every hour', () => {
    const later = { role: 'system', content: system.content.replace('09:41', '10:02') };
    const user = { role: 'user', content: 'Where is it?' };
    expect(moveVolatile({ messages: [system, user] }, [clock])).toEqual({
      messages: [cleaned, { role: 'user', content: 'Where is it?\n\nIt is 09:41.' }],
    });
    expect(moveVolatile({ messages: [later, user] }, [clock])).toMatchObject({
      messages: [cleaned, { content: 'Where is it?\n\nIt is 10:02.' }],
    });
  });

  it('goes into parts of the last message as a part of its own', () => {
    const user = { role: 'user', content: [{ type: 'text', text: 'Where?' }] };
    expect(moveVolatile({ messages: [system, user] }, [clock])).toMatchObject({
      messages: [
        cleaned,
        { content: [{ text: 'Where?' }, { type: 'text', text: 'It is 09:41.' }] },
      ],
    });
  });

  it('becomes a message of the user where the last one holds no text', () => {
    const call = { role: 'assistant', content: null, tool_calls: [] };
    expect(moveVolatile({ messages: [system, call] }, [clock])).toEqual({
      messages: [cleaned, call, { role: 'user', content: 'It is 09:41.' }],
    });
  });

  it('moves out of the instructions of a Responses request', () => {
    const body = { instructions: system.content, input: 'Where is it?' };
    expect(moveVolatile(body, [clock])).toEqual({
      instructions: cleaned.content,
      input: 'Where is it?\n\nIt is 09:41.',
    });
  });

  it("moves out of Anthropic's system prompt, a text or blocks", () => {
    const user = { role: 'user', content: 'Where is it?' };
    const moved = [{ role: 'user', content: 'Where is it?\n\nIt is 09:41.' }];
    expect(moveVolatile({ system: system.content, messages: [user] }, [clock])).toEqual({
      system: cleaned.content,
      messages: moved,
    });
    const mark = { cache_control: { type: 'ephemeral' } };
    const blocks = [
      { type: 'text', text: 'You sort mail.' },
      { type: 'text', text: 'It is 09:41.', ...mark },
    ];
    // No block is empty, and the breakpoint stands where the stable part ends.
    expect(moveVolatile({ system: blocks, messages: [user] }, [clock])).toEqual({
      system: [{ type: 'text', text: 'You sort mail.', ...mark }],
      messages: moved,
    });
    expect(moveVolatile({ system: 'It is 09:41.', messages: [user] }, [clock])).toEqual({
      messages: moved,
    });
  });

  it.each([
    [
      'Anthropic is to go on from an answer that the app has begun',
      { system: system.content, messages: [{ role: 'assistant', content: '{' }] },
    ],
    [
      'nothing matches',
      {
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'It is 09:41.' },
        ],
      },
    ],
    ['no message follows the instructions', { messages: [system] }],
    ['the body has no prompt', { model: 'm' }],
  ])('leaves the body as it is where %s', (_case, body) => {
    expect(moveVolatile(body, [clock])).toBe(body);
  });
});
