import { runExample } from '@entresol/example-load';
import { createSupportDeskLoad } from './index.ts';

process.exitCode = await runExample(createSupportDeskLoad, {
  app: 'the support desk',
  users: 'customers',
});
