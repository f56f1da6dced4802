import type { FrameworkSubject } from '@entresol/conformance';
import { attach } from '../../src/index.ts';
import { buildApp } from './apps.ts';

/** Mastra, as a user writes agents and workflows in it. */
export const mastra: FrameworkSubject = {
  name: 'Mastra',
  attach: (app, runtime) => attach(app, runtime),
  build: buildApp,
  paths: {
    sequence: { first: 'sequence/first', second: 'sequence/second' },
    quiet: { first: 'quiet/first', second: 'quiet/second' },
    parallel: { left: 'parallel/left', right: 'parallel/right', writer: 'parallel/writer' },
    loop: { drafter: 'loop/round/drafter' },
    tool: { solo: 'solo' },
    delegation: { lead: 'lead', worker: 'lead/worker' },
    suspend: { asker: 'suspend/asker', finisher: 'suspend/finisher' },
  },
};
