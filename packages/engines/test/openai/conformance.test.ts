import { describeEngineDriver } from '@entresol/conformance';
import { afterAll, beforeAll } from 'vitest';
import { openai } from '../../src/openai/index.ts';
import { serveOnLoopback, type Loopback } from '../hosted/support/loopback.ts';
import { FakeOpenAI } from './support/fake-openai.ts';

let server: Loopback;
beforeAll(async () => {
  server = await serveOnLoopback(new FakeOpenAI().answer);
});
afterAll(() => server.close());

const page = {
  at: new URL('../../../../docs/engines/README.md', import.meta.url),
  column: 'OpenAI',
};

for (const [model, shown] of [
  ['gpt-5.4', { page }],
  ['gpt-5.6-sol', {}],
] as const) {
  describeEngineDriver(
    `openai, wire, ${model}`,
    () => openai({ baseURL: `${server.origin}/v1`, apiKey: 'own-key' }),
    { model, roleWords: 1_500, blockTokens: 128, unsupported: { frobnicate: true }, ...shown },
  );
}
