import type { AgentModels, ChatApp } from '@entresol/example-load/mastra';
import type { Wait } from '@entresol/example-load';
import { Mastra } from '@mastra/core/mastra';
import { MASTRA_THREAD_ID_KEY, RequestContext } from '@mastra/core/request-context';
import { createStep, createWorkflow } from '@mastra/core/workflows';
import { z } from 'zod';
import { createBriefAgents } from './brief-agents.ts';
import { BriefFailedError } from './brief-failed-error.ts';
import { isCrowded, promptOf, rendered, said } from './conversation.ts';
import { blankDraft, createDraftRound } from './draft-round.ts';
import { createResearch } from './research.ts';
import { createBriefTools } from './tools.ts';

/** Drafts per brief; the last one passes whatever the reviewer thinks of it. */
const maxDrafts = 3;

/** Characters of the answer that the buyer gets. */
const answerLength = 480;

const question = z.object({ conversation: z.string() });
type Question = z.infer<typeof question>;

/**
 * A desk that answers buyers' questions about a market, as one Mastra workflow: a scoper, three analysts side by side
 * where fresh figures are wanted, a writer and a reviewer until the reviewer approves, and an editor.
 */
export function createMarketBrief(options: {
  readonly models: AgentModels;
  /** How the tools let time pass; real time by default. */
  readonly wait?: Wait;
}): ChatApp {
  const agents = createBriefAgents(options.models, createBriefTools(options.wait));
  const { research, recall } = createResearch(agents);
  const draftRound = createDraftRound(agents);

  const desk = createWorkflow({
    id: 'market-brief',
    inputSchema: question,
    outputSchema: z.object({ notes: z.string(), answer: z.string() }),
  })
    .map(async ({ inputData }) => ({
      prompt: promptOf(inputData.conversation, 'are fresh figures needed? One SCOPE line.'),
    }))
    .then(createStep(agents.scoper))
    .map(async ({ inputData, getInitData }) => {
      const { conversation } = getInitData<Question>();
      return {
        prompt: promptOf(conversation, 'look up what your part needs, then note what you found.'),
        fresh: !isCrowded(conversation) && !/SCOPE:\s*known/iu.test(inputData.text),
      };
    })
    .branch([
      [async ({ inputData }) => inputData.fresh, research],
      [async ({ inputData }) => !inputData.fresh, recall],
    ])
    .map(async ({ inputData, getInitData }) =>
      blankDraft(getInitData<Question>().conversation, Object.values(inputData)[0]?.notes ?? ''),
    )
    .dountil(
      draftRound,
      async ({ inputData: { approved, round } }) => approved || round >= maxDrafts,
    )
    .map(async ({ inputData: { conversation, draft } }) => ({
      prompt: promptOf(conversation, `give the buyer the answer.\nBrief: ${draft}`),
    }))
    .then(createStep(agents.editor))
    .map(async ({ inputData, getStepResult }) => ({
      notes: getStepResult(draftRound).notes,
      answer: `[brief] ${said(inputData.text, answerLength)}`,
    }))
    .commit();

  return {
    mastra: new Mastra({ agents, workflows: { desk }, logger: false }),
    async answer({ session, lines }, signal) {
      const run = await desk.createRun();
      const cancel = (): void => void run.cancel();
      signal?.throwIfAborted();
      signal?.addEventListener('abort', cancel, { once: true });
      try {
        const result = await run.start({
          inputData: { conversation: rendered(lines) },
          requestContext: new RequestContext([[MASTRA_THREAD_ID_KEY, session]]),
        });
        signal?.throwIfAborted();
        if (result.status !== 'success') throw new BriefFailedError(result);
        const { notes, answer } = result.result;
        return [notes, answer].filter(Boolean).map((text) => ({ role: 'assistant', text }));
      } finally {
        signal?.removeEventListener('abort', cancel);
      }
    },
  };
}
