import { describeEngineDriver } from '@entresol/conformance';
import { llamaServer } from '../../src/llama-server/index.ts';

// `npm run live -- llama-server` starts a server and sets these.
const { ENTRESOL_LLAMA_SERVER: baseURL, ENTRESOL_LLAMA_SERVER_STATES: stateFolder } = process.env;

describeEngineDriver(
  'llama-server, live',
  () =>
    llamaServer({
      baseURL: baseURL ?? '',
      ...(stateFolder === undefined ? {} : { stateFolder }),
    }),
  {
    lacks: {
      'unsupported-fields': 'llama-server passes over fields that it does not know, and answers n',
    },
    skip: baseURL === undefined ? 'npm run live -- llama-server starts a server' : undefined,
    timeoutMs: 60_000,
  },
);
