import { describeChatExample } from '../../load/test/mastra/describe-chat-example.ts';
import { createConciergeLoad } from '../src/index.ts';

describeChatExample('the concierge', createConciergeLoad, {
  calls: [6, 12],
  longest: 12_000,
  nonsense: 'mumble',
});
