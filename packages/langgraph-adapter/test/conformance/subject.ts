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
    quiet: { first: 'first', second: 'second' },
    parallel: { left: 'left', right: 'right', writer: 'writer' },
    loop: { drafter: 'drafter' },
    tool: { solo: 'model_request' },
    delegation: { lead: 'model_request', worker: 'tools/worker' },
    suspend: { asker: 'asker', finisher: 'finisher' },
  },
  gaps: {
    'an app of another runtime is refused':
      'A graph may be shown to several runtimes: each hears of all its runs, and a request belongs to the one whose client its model has.',
  },
};
