import { describeEngineDriver } from '@entresol/conformance';
import { embedded } from '../../src/embedded/index.ts';

describeEngineDriver('embedded', () => embedded({ slots: 2, contextTokens: 1024 }), {
  timeoutMs: 60_000,
  page: { at: new URL('../../../../docs/engines/README.md', import.meta.url), column: 'embedded' },
});
