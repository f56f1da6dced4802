import { runExample } from '@entresol/example-load';
import { createMarketBriefLoad } from './index.ts';

process.exitCode = await runExample(createMarketBriefLoad, {
  app: 'the market brief',
  users: 'buyers',
});
