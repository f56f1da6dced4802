import type { CrewAgent } from './agents.ts';
import { criticPrompt } from './prompts/critic.ts';
import { editorPrompt } from './prompts/editor.ts';
import { factCheckerPrompt } from './prompts/fact-checker.ts';
import { plannerPrompt } from './prompts/planner.ts';
import { routerPrompt } from './prompts/router.ts';
import { searcherPrompt } from './prompts/searcher.ts';
import { writerPrompt } from './prompts/writer.ts';

/** The standing instructions of every agent. Nothing in them changes from call to call. */
export const rolePrompts: Readonly<Record<CrewAgent, string>> = {
  router: routerPrompt,
  planner: plannerPrompt,
  searcher: searcherPrompt,
  'fact-checker': factCheckerPrompt,
  'report/writer': writerPrompt,
  'report/critic': criticPrompt,
  editor: editorPrompt,
};
