import type { DeskAgent } from './agents.ts';
import { billingPrompt } from './prompts/billing.ts';
import { digestPrompt } from './prompts/digest.ts';
import { draftPrompt } from './prompts/draft.ts';
import { ordersPrompt } from './prompts/orders.ts';
import { returnsPrompt } from './prompts/returns.ts';
import { reviewPrompt } from './prompts/review.ts';
import { searcherPrompt } from './prompts/searcher.ts';
import { technicalPrompt } from './prompts/technical.ts';
import { triagePrompt } from './prompts/triage.ts';

/** The standing instructions of every agent. Nothing in them changes from call to call. */
export const rolePrompts: Readonly<Record<DeskAgent, string>> = {
  triage: triagePrompt,
  orders: ordersPrompt,
  billing: billingPrompt,
  technical: technicalPrompt,
  returns: returnsPrompt,
  searcher: searcherPrompt,
  digest: digestPrompt,
  'reply/draft': draftPrompt,
  'reply/review': reviewPrompt,
};
