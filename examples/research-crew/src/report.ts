import { AIMessage } from '@langchain/core/messages';
import type { RunnableConfig } from '@langchain/core/runnables';
import type { CallAgent } from './call-agent.ts';
import { sessionOf, turnOf } from './conversation.ts';
import type { Director } from './director.ts';
import type { ReportState, ReportUpdate } from './state.ts';

/** Drafts per report; the last one passes whatever the critic thinks of it. */
const maxDrafts = 2;

type ReportNode = (state: ReportState, config: RunnableConfig) => Promise<ReportUpdate>;

export interface ReportNodes {
  readonly writer: ReportNode;
  readonly critic: ReportNode;
  readonly afterCritic: (state: ReportState) => 'accept' | 'revise';
}

/** Writes the report and has it criticised before it goes to the editor. */
export function createReport(options: {
  readonly director: Director;
  readonly callAgent: CallAgent;
}): ReportNodes {
  const { director, callAgent } = options;
  return {
    writer: async ({ messages, draft, remark, round: before }, config) => {
      const round = before + 1;
      const moment = {
        session: sessionOf(config),
        agent: 'report/writer',
        turn: turnOf(messages),
        branch: 1,
        round,
      } as const;
      const task =
        round === 1
          ? "Crew: write the report that answers the user's latest question."
          : `Crew: revise the draft.\nDraft: ${draft}\nCritic: ${remark}`;
      const reply = await callAgent(moment, messages, { task, config });
      return { round, draft: director.write(moment, reply) };
    },

    critic: async ({ messages, draft, round }, config) => {
      const moment = {
        session: sessionOf(config),
        agent: 'report/critic',
        turn: turnOf(messages),
        branch: 1,
        round,
      } as const;
      const reply = await callAgent(moment, messages, {
        task: `Crew: criticise this draft.\nDraft: ${draft}`,
        config,
      });
      if (!director.approves(moment, reply) && round < maxDrafts) {
        return { remark: director.write(moment, reply) };
      }
      const id = `${moment.session}/${moment.turn}/report`;
      return { accepted: true, messages: [new AIMessage({ id, content: `[report] ${draft}` })] };
    },

    afterCritic: ({ accepted }) => (accepted ? 'accept' : 'revise'),
  };
}
