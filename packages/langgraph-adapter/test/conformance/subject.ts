import type { FrameworkSubject } from '@entresol/conformance';
import { attach } from '../../src/index.ts';
import { buildApp } from './apps.ts';

/** LangGraph.js, as a user writes graphs in it. */
export const langgraph: FrameworkSubject = {
  name: 'LangGraph.js',
  attach: (app, runtime) => attach(app, runtime),
  build: buildApp,
  paths: {
    sequence: { first: 'first', second: 'second' },
    parallel: { left: 'left', right: 'right', writer: 'writer' },
    loop: { drafter: 'drafter' },
    tool: { solo: 'model_request' },
    delegation: { lead: 'model_request', worker: 'tools/worker' },
    suspend: { asker: 'asker', finisher: 'finisher' },
  },
};
