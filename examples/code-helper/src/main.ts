import { runExample } from '@entresol/example-load';
import { createCodeHelperLoad } from './index.ts';

process.exitCode = await runExample(createCodeHelperLoad, {
  app: 'the code helper',
  users: 'programmers',
});
