import type { ConciergeAgent } from './agents.ts';
import { conciergePrompt } from './prompts/concierge.ts';
import { diningPrompt } from './prompts/dining.ts';
import { dispatcherPrompt } from './prompts/dispatcher.ts';
import { housePrompt } from './prompts/house.ts';
import { outingsPrompt } from './prompts/outings.ts';

/** The standing instructions of every agent. Nothing in them changes from call to call. */
export const rolePrompts: Readonly<Record<ConciergeAgent, string>> = {
  concierge: conciergePrompt,
  dining: diningPrompt,
  outings: outingsPrompt,
  house: housePrompt,
  dispatcher: dispatcherPrompt,
};
