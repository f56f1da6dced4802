import { describeEngineDriver } from '@entresol/conformance';
import { vllm } from '../../src/vllm/index.ts';

// `npm run live -- vllm` starts a server and sets these.
const { ENTRESOL_VLLM: baseURL, ENTRESOL_VLLM_MODEL: model } = process.env;

describeEngineDriver(
  'vllm, live',
  () => vllm({ baseURL: baseURL ?? '', exclusive: true, priority: true }),
  {
    lacks: { 'unsupported-fields': 'vLLM passes over fields that it does not know, and answers n' },
    skip: baseURL === undefined ? 'npm run live -- vllm starts a server' : undefined,
    ...(model === undefined ? {} : { model }),
    // On the CPU; 16 on a GPU.
    blockTokens: 32,
    timeoutMs: 60_000,
  },
);
