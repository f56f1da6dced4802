import { describeChatExample } from '../../load/test/mastra/describe-chat-example.ts';
import { createMarketBriefLoad } from '../src/index.ts';

describeChatExample('the market brief', createMarketBriefLoad, {
  calls: [14, 24],
  longest: 12_000,
  nonsense: 'REVISE mumble',
});
