import { HumanMessage } from '@langchain/core/messages';
import { describe, expect, it } from 'vitest';
import { mediaOfBody, mediaOfMessages } from '../src/media-fingerprint.ts';

const called = (content: Record<string, unknown>) => mediaOfMessages([{ content: [content] }]);
const sent = (content: Record<string, unknown>) =>
  mediaOfBody({ messages: [{ role: 'user', content: [content] }] });

const image = (url: string) => ({ type: 'image_url', image_url: { url } });

describe('media of a prompt', () => {
  it.each([
    ['a data URL', { type: 'image_url', image_url: 'data:image/png;base64,AAAA' }],
    ['base64 data', { type: 'image', source_type: 'base64', mime_type: 'image/png', data: 'AAAA' }],
    ['a block of LangChain v1', { type: 'image', mimeType: 'image/png', data: 'AAAA' }],
  ])('are those of the request, given as %s', (_how, content) => {
    const onTheWire = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
    expect(called(content)).toBe(sent(onTheWire));
    const input = [{ content: [{ type: 'input_image', image_url: 'data:image/png;base64,AAAA' }] }];
    expect(mediaOfBody({ input })).toBe(called(content));
  });

  it('are told apart by their bytes, their address and their order', () => {
    const one = 'data:image/png;base64,AAAA';
    const other = 'data:image/png;base64,AAAB';
    expect(called(image(one))).not.toBe(called(image(other)));
    expect(called(image('https://x.invalid/1'))).not.toBe(called(image('https://x.invalid/2')));
    expect(mediaOfMessages([{ content: [image(one), image(other)] }])).not.toBe(
      mediaOfMessages([{ content: [image(other), image(one)] }]),
    );
  });

  it('are none in a prompt of text, and sounds and files count', () => {
    expect(mediaOfMessages([new HumanMessage('text')])).toBe('');
    expect(sent({ type: 'text', text: 'text' })).toBe('');
    const sound = { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } };
    expect(sent(sound)).not.toBe('');
    expect(sent({ type: 'file', file: { file_id: 'f' } })).not.toBe('');
  });
});
