import { AIMessage } from '@langchain/core/messages';
import type { BaseMessage } from '@langchain/core/messages';
import type { RunnableConfig } from '@langchain/core/runnables';
import { Send } from '@langchain/langgraph';
import type { CallAgent } from './call-agent.ts';
import { sessionOf, turnOf } from './conversation.ts';
import type { Director } from './director.ts';
import { HelpCentre, trimmed } from './help-centre.ts';
import type { DeskState, DeskUpdate } from './state.ts';

/** Words each of the parallel searches adds to the customer's own. */
const angles = [
  'set up and settings',
  'error offline restart',
  'warranty replacement policy',
] as const;

/** What a searcher is sent. */
interface SearchAssignment {
  readonly messages: readonly BaseMessage[];
  readonly step: number;
  readonly angle: number;
  readonly query: string;
}

export interface ResearchNodes {
  readonly research: () => DeskUpdate;
  readonly fanOut: (state: DeskState) => Send[];
  readonly searcher: (assignment: SearchAssignment, config: RunnableConfig) => Promise<DeskUpdate>;
  readonly digest: (state: DeskState, config: RunnableConfig) => Promise<DeskUpdate>;
}

/** Three searches of the help centre side by side, and one agent that makes a finding of them. */
export function createResearch(options: {
  readonly director: Director;
  readonly callAgent: CallAgent;
}): ResearchNodes {
  const { director, callAgent } = options;
  const help = new HelpCentre();

  return {
    research: () => ({ notes: null }),

    fanOut: ({ messages, step }) => {
      const question = messages.findLast((message) => message.type === 'human')?.text ?? '';
      return angles.map(
        (words, index) =>
          new Send('searcher', {
            messages,
            step,
            angle: index + 1,
            query: `${question} ${words}`,
          } satisfies SearchAssignment),
      );
    },

    searcher: async ({ messages, step, angle, query }, config) => {
      const session = sessionOf(config);
      const moment = {
        session,
        agent: 'searcher',
        turn: turnOf(messages),
        step,
        round: angle,
      } as const;
      const passages = help
        .search(query, { limit: 2, excerptLength: 220 })
        .map(({ id, title, excerpt }) => `- ${title} (${id}): ${excerpt}`);
      const task = `Desk: note what helps here. Angle: ${angles[angle - 1]}. Passages:\n${passages.join('\n')}`;
      const reply = await callAgent(moment, messages, { task, config });
      return { notes: [{ angle, query, text: director.write(moment, reply) }] };
    },

    digest: async ({ messages, step, notes }, config) => {
      const session = sessionOf(config);
      const turn = turnOf(messages);
      const moment = { session, agent: 'digest', turn, step, round: 1 } as const;
      // The searchers end in any order; their angle orders the notes.
      const listed = notes
        .toSorted((left, right) => left.angle - right.angle)
        .map(({ text }) => `- ${trimmed(text, 300)}`);
      const task = `Desk: write the digest. Notes of the searchers:\n${listed.join('\n')}`;
      const reply = await callAgent(moment, messages, { task, config });
      const id = `${session}/${turn}.${step}/digest`;
      return {
        messages: [new AIMessage({ id, content: `[research] ${director.write(moment, reply)}` })],
      };
    },
  };
}
