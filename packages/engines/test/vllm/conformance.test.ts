import { describeEngineDriver } from '@entresol/conformance';
import { vllm } from '../../src/vllm/index.ts';
import { FakeVLLM } from './support/fake-vllm.ts';

describeEngineDriver(
  'vllm, wire',
  () => vllm({ baseURL: 'http://127.0.0.1:8000', fetch: new FakeVLLM().fetch, exclusive: true }),
  {
    lacks: { 'unsupported-fields': 'vLLM passes over fields that it does not know, and answers n' },
    blockTokens: 4,
    page: { at: new URL('../../../../docs/engines/README.md', import.meta.url), column: 'vLLM' },
  },
);
