import { runExample } from '@entresol/example-load';
import { createResearchCrewLoad } from './index.ts';

process.exitCode = await runExample(createResearchCrewLoad, {
  app: 'the research crew',
  users: 'readers',
});
