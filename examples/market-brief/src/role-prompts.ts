import type { BriefAgent } from './agents.ts';
import { demandAnalystPrompt } from './prompts/demand-analyst.ts';
import { editorPrompt } from './prompts/editor.ts';
import { reviewerPrompt } from './prompts/reviewer.ts';
import { riskAnalystPrompt } from './prompts/risk-analyst.ts';
import { scoperPrompt } from './prompts/scoper.ts';
import { supplyAnalystPrompt } from './prompts/supply-analyst.ts';
import { writerPrompt } from './prompts/writer.ts';

/** The standing instructions of every agent. Nothing in them changes from call to call. */
export const rolePrompts: Readonly<Record<BriefAgent, string>> = {
  scoper: scoperPrompt,
  'demand-analyst': demandAnalystPrompt,
  'supply-analyst': supplyAnalystPrompt,
  'risk-analyst': riskAnalystPrompt,
  writer: writerPrompt,
  reviewer: reviewerPrompt,
  editor: editorPrompt,
};
