import type { RequestBody } from '@entresol/runtime-core';
import { anthropic } from '../../../src/anthropic/index.ts';
import type { HostedEngine, HostedOptions } from '../../../src/hosted/hosted-engine.ts';
import { openaiCompatible } from '../../../src/openai-compatible/index.ts';
import { openai } from '../../../src/openai/index.ts';
import { anthropicErrors, FakeAnthropic } from '../../anthropic/support/fake-anthropic.ts';
import { FakeOpenAI, openAIErrors } from '../../openai/support/fake-openai.ts';
import type { Received, Sent } from './loopback.ts';

/** One hosted driver with what is particular to its API. */
export interface HostedSubject {
  readonly make: (options: HostedOptions & { readonly baseURL: string }) => HostedEngine;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Documented refusals by status. */
  readonly errors: Readonly<Record<number, RequestBody>>;
  readonly double: () => {
    readonly faults: Sent[];
    readonly answer: (received: Received) => Sent;
  };
  readonly body: RequestBody;
  /** Lines of its streams, good and bad. */
  readonly lines: readonly string[];
}

const messages = [{ role: 'user', content: 'hello' }];
const chat = {
  path: '/chat/completions',
  headers: { authorization: 'Bearer own-key' },
  errors: openAIErrors,
  double: () => new FakeOpenAI(),
  body: { model: 'gpt-5.4', messages: [{ role: 'system', content: 'be brief' }, ...messages] },
  lines: [
    'data: {"usage":{"prompt_tokens":-1}}\n',
    'data: {"usage":null,"choices":[]}\n\n',
    'data: {"usage":{"prompt_tokens":3,"completion_tokens":1},"choices":[]}\n\n',
    'data: {"choices":[{"index":0,"delta":{"content":"é"},"finish_reason":"stop"}]}\n\n',
    'data: [DONE]\n\n',
  ],
};

export const subjects: Readonly<
  Record<'openai' | 'openaiCompatible' | 'anthropic', HostedSubject>
> = {
  openai: { ...chat, make: openai },
  openaiCompatible: { ...chat, make: openaiCompatible },
  anthropic: {
    make: anthropic,
    path: '/messages',
    headers: { 'x-api-key': 'own-key', 'anthropic-version': '2023-06-01' },
    errors: anthropicErrors,
    double: () => new FakeAnthropic(),
    body: { model: 'claude-sonnet-4-5', max_tokens: 16, system: 'be brief', messages },
    lines: [
      'event: message_start\n',
      'data: {"type":"message_start","message":{"type":"message","model":"m","usage":{"input_tokens":3}}}\n\n',
      'data: {"type":"message_start","message":{"usage":{"input_tokens":"3"}}}\n\n',
      'data: {"type":"content_block_delta","delta":{"text":"é"}}\n\n',
      'data: {"type":"message_delta","usage":{"output_tokens":-2}}\n\n',
      'data: {"type":"message_delta","usage":{"output_tokens":2,"input_tokens":null}}\n\n',
      'data: {"type":"message_stop"}\n\n',
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error"}}\n\n',
    ],
  },
};
