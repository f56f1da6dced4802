import { nestedStep } from '@entresol/example-load/mastra';
import type { Agent } from '@mastra/core/agent';
import { createStep, createWorkflow } from '@mastra/core/workflows';
import type { Step } from '@mastra/core/workflows';
import { z } from 'zod';
import { promptOf, said } from './conversation.ts';

/** Characters of a draft and of a remark. */
const [draftLength, remarkLength] = [480, 160];

/** A brief on its way: goes into a round of writing and review, and comes out of it. */
interface Draft {
  /** The conversation with the notes of the analysts. */
  readonly conversation: string;
  readonly notes: string;
  readonly draft: string;
  /** What the reviewer wants changed. */
  readonly remark: string;
  /** Drafts written. */
  readonly round: number;
  readonly approved: boolean;
}

const draft = z.object({
  conversation: z.string(),
  notes: z.string(),
  draft: z.string(),
  remark: z.string(),
  round: z.number(),
  approved: z.boolean(),
});

/** No draft yet. */
export function blankDraft(conversation: string, notes: string): Draft {
  const all = notes === '' ? conversation : `${conversation}\n${notes}`;
  return { conversation: all, notes, draft: '', remark: '', round: 0, approved: false };
}

/** The writer writes or revises, the reviewer approves or says what is wrong. */
export function createDraftRound(agents: {
  readonly writer: Agent;
  readonly reviewer: Agent;
}): Step<'draft-round', unknown, Draft, Draft> {
  const writer = createStep(agents.writer);
  const round = createWorkflow({ id: 'draft-round', inputSchema: draft, outputSchema: draft })
    .map(async ({ inputData: { conversation, draft: last, remark, round: before } }) => ({
      prompt: promptOf(
        conversation,
        before === 0
          ? "write the brief that answers the buyer's latest question."
          : `revise the draft.\nDraft: ${last}\nReviewer: ${remark}`,
      ),
    }))
    .then(writer)
    .map(async ({ inputData, getInitData }) => ({
      prompt: promptOf(
        getInitData<Draft>().conversation,
        `review this draft.\nDraft: ${said(inputData.text, draftLength)}`,
      ),
    }))
    .then(createStep(agents.reviewer))
    .map(async ({ inputData, getInitData, getStepResult }) => {
      const before = getInitData<Draft>();
      return {
        ...before,
        draft: said(getStepResult(writer).text, draftLength),
        remark: said(inputData.text, remarkLength),
        round: before.round + 1,
        approved: !/\bREVISE\b/iu.test(inputData.text),
      };
    })
    .commit();
  return nestedStep(round);
}
