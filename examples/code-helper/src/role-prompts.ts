import type { HelperAgent } from './agents.ts';
import { debuggerPrompt } from './prompts/debugger.ts';
import { guidePrompt } from './prompts/guide.ts';
import { navigatorPrompt } from './prompts/navigator.ts';
import { refactorerPrompt } from './prompts/refactorer.ts';
import { reviewerPrompt } from './prompts/reviewer.ts';
import { testerPrompt } from './prompts/tester.ts';

/** The standing instructions of every agent. Nothing in them changes from call to call. */
export const rolePrompts: Readonly<Record<HelperAgent, string>> = {
  guide: guidePrompt,
  navigator: navigatorPrompt,
  debugger: debuggerPrompt,
  refactorer: refactorerPrompt,
  tester: testerPrompt,
  reviewer: reviewerPrompt,
};
