import { describeFrameworkAdapter } from '@entresol/conformance';
import { mastra } from './subject.ts';

describeFrameworkAdapter(mastra, new URL('../../../../docs/frameworks.md', import.meta.url));
