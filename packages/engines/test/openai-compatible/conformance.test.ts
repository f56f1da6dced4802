import { describeEngineDriver } from '@entresol/conformance';
import { afterAll, beforeAll } from 'vitest';
import { openaiCompatible } from '../../src/openai-compatible/index.ts';
import { serveOnLoopback, type Loopback } from '../hosted/support/loopback.ts';
import { FakeOpenAI } from '../openai/support/fake-openai.ts';

let server: Loopback;
beforeAll(async () => {
  server = await serveOnLoopback(new FakeOpenAI().answer);
});
afterAll(() => server.close());

describeEngineDriver(
  'openai-compatible, wire',
  () => openaiCompatible({ baseURL: `${server.origin}/v1`, apiKey: 'own-key' }),
  {
    lacks: {
      prefetch: 'nothing is sent that the app does not send',
      residency: 'what an unknown server keeps is not known',
      'unasked-usage': 'nothing is asked of the server that the app does not ask',
    },
    model: 'gpt-5.4',
    roleWords: 1_500,
    blockTokens: 128,
    page: {
      at: new URL('../../../../docs/engines/README.md', import.meta.url),
      column: 'OpenAI-compatible',
    },
    unsupported: { frobnicate: true },
  },
);
