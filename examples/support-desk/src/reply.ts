import { AIMessage } from '@langchain/core/messages';
import type { RunnableConfig } from '@langchain/core/runnables';
import type { CallAgent } from './call-agent.ts';
import { sessionOf, turnOf } from './conversation.ts';
import type { DeskMoment, Director } from './director.ts';
import type { ReplyState, ReplyUpdate } from './state.ts';

/** Drafts per reply; the last one goes out whatever the reviewer thinks of it. */
const maxDrafts = 2;

type ReplyNode = (state: ReplyState, config: RunnableConfig) => Promise<ReplyUpdate>;

export interface ReplyNodes {
  readonly draft: ReplyNode;
  readonly review: ReplyNode;
  readonly afterReview: (state: ReplyState) => 'send' | 'revise';
}

function momentOf(
  { messages, step }: ReplyState,
  config: RunnableConfig,
  at: { readonly agent: 'reply/draft' | 'reply/review'; readonly round: number },
): DeskMoment {
  return { session: sessionOf(config), turn: turnOf(messages), step, ...at };
}

/** Writes the answer to the customer and has it reviewed before it goes out. */
export function createReply(options: {
  readonly director: Director;
  readonly callAgent: CallAgent;
}): ReplyNodes {
  const { director, callAgent } = options;
  return {
    draft: async (state, config) => {
      const round = state.round + 1;
      const moment = momentOf(state, config, { agent: 'reply/draft', round });
      const task =
        round === 1
          ? "Desk: write the reply to the customer's latest message."
          : `Desk: revise the draft.\nDraft: ${state.letter}\nReviewer: ${state.remark}`;
      const reply = await callAgent(moment, state.messages, { task, config });
      return { round, letter: director.write(moment, reply) };
    },

    review: async (state, config) => {
      const { round, letter, messages } = state;
      const moment = momentOf(state, config, { agent: 'reply/review', round });
      const task = `Desk: review this draft.\nDraft: ${letter}`;
      const reply = await callAgent(moment, messages, { task, config });
      if (!director.approves(moment, reply) && round < maxDrafts) {
        return { remark: director.write(moment, reply) };
      }
      const id = `${moment.session}/${moment.turn}/reply`;
      return { sent: true, messages: [new AIMessage({ id, content: letter })] };
    },

    afterReview: ({ sent }) => (sent ? 'send' : 'revise'),
  };
}
