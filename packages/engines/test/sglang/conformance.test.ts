import { describeEngineDriver } from '@entresol/conformance';
import { sglang } from '../../src/sglang/index.ts';
import { FakeSGLang } from './support/fake-sglang.ts';

const lacks = { 'unsupported-fields': 'not tried on a server: which fields SGLang refuses' };

describeEngineDriver(
  'sglang, wire',
  () =>
    sglang({ baseURL: 'http://127.0.0.1:30000', fetch: new FakeSGLang().fetch, exclusive: true }),
  {
    lacks,
    page: { at: new URL('../../../../docs/engines/README.md', import.meta.url), column: 'SGLang' },
  },
);
