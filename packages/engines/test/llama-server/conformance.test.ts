import { describeEngineDriver } from '@entresol/conformance';
import { llamaServer } from '../../src/llama-server/index.ts';
import { FakeLlamaServer } from './support/fake-llama-server.ts';

const lacks = {
  'unsupported-fields': 'llama-server passes over fields that it does not know, and answers n',
};
const baseURL = 'http://127.0.0.1:8080';

describeEngineDriver(
  'llama-server, wire',
  () => llamaServer({ baseURL, fetch: new FakeLlamaServer().fetch }),
  {
    lacks,
    page: {
      at: new URL('../../../../docs/engines/README.md', import.meta.url),
      column: 'llama-server',
    },
  },
);

describeEngineDriver(
  'llama-server without saved slots, wire',
  () => {
    const server = new FakeLlamaServer();
    server.savesSlots = false;
    return llamaServer({ baseURL, fetch: server.fetch, stateBytes: 0 });
  },
  { lacks },
);
