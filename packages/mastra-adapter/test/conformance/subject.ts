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
  gaps: {
    'approve the step to an agent: it waits for the user, and runs after a yes':
      'Mastra runs an agent without a way to suspend the workflow around it: the directive is refused and counted. A plain step before the agent, or the tool that delegates to it, can be asked about.',
  },
};
