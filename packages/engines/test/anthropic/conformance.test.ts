import { describeEngineDriver } from '@entresol/conformance';
import { afterAll, beforeAll } from 'vitest';
import { anthropic } from '../../src/anthropic/index.ts';
import { serveOnLoopback, type Loopback } from '../hosted/support/loopback.ts';
import { FakeAnthropic } from './support/fake-anthropic.ts';

let server: Loopback;
beforeAll(async () => {
  server = await serveOnLoopback(new FakeAnthropic().answer);
});
afterAll(() => server.close());

describeEngineDriver(
  'anthropic, wire',
  () => anthropic({ baseURL: server.origin, apiKey: 'own-key' }),
  {
    api: 'messages',
    model: 'claude-sonnet-4-5',
    roleWords: 1_500,
    unsupported: { frobnicate: true },
    page: {
      at: new URL('../../../../docs/engines/README.md', import.meta.url),
      column: 'Anthropic',
    },
  },
);
