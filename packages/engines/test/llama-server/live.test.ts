import { describeEngineDriver } from '@entresol/conformance';
import { describe, it } from 'vitest';
import { llamaServer } from '../../src/llama-server/index.ts';

// `npm run live -- llama-server` starts a server and sets these.
const baseURL = process.env['ENTRESOL_LLAMA_SERVER'];
const stateFolder = process.env['ENTRESOL_LLAMA_SERVER_STATES'];

if (baseURL === undefined) {
  describe('engine driver llama-server, live', () => {
    it.skip('needs a server: npm run live -- llama-server', () => undefined);
  });
} else {
  const options = stateFolder === undefined ? { baseURL } : { baseURL, stateFolder };
  describeEngineDriver('llama-server, live', () => llamaServer(options), {
    lacks: {
      'unsupported-fields': 'llama-server passes over fields that it does not know, and answers n',
    },
    timeoutMs: 60_000,
  });
}
