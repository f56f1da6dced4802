import { runExample } from '@entresol/example-load';
import { createConciergeLoad } from './index.ts';

process.exitCode = await runExample(createConciergeLoad, {
  app: 'the concierge',
  users: 'guests',
});
