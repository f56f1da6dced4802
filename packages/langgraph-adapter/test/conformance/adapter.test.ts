import { describeFrameworkAdapter } from '@entresol/conformance';
import { langgraph } from './subject.ts';

describeFrameworkAdapter(langgraph, new URL('../../../../docs/frameworks.md', import.meta.url));
