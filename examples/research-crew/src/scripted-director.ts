import { keyedRandom } from '@entresol/example-load';
import type { KeyPart } from '@entresol/example-load';
import type { CrewAgent } from './agents.ts';
import { articles } from './articles.ts';
import type { CrewMoment, Director } from './director.ts';

const approvalRate = 0.7;

/** Sub-questions of a plan, with their shares. */
const questionCounts = [
  [2, 0.7],
  [3, 0.25],
  [4, 0.05],
] as const;

/** Share of later turns that the conversation does not answer already. */
const laterResearchRate = 0.3;

/** Chance of a first round of tools, and of a second one after it. */
const toolRates: readonly number[] = [0.55, 0.15];

/** Shortest and longest reply of each agent, in tokens. */
const replyTokens: Readonly<Record<CrewAgent, readonly [from: number, to: number]>> = {
  router: [8, 12],
  planner: [24, 40],
  searcher: [16, 32],
  'fact-checker': [16, 28],
  'report/writer': [28, 40],
  'report/critic': [8, 16],
  editor: [24, 40],
};

const keyOf = ({ session, agent, turn, branch, round }: CrewMoment): readonly KeyPart[] => [
  session,
  agent,
  turn,
  branch,
  round,
];

/** Decides everything from the seed and nothing from the model, so that two runs send the same prompts byte for byte. */
export function scriptedDirector(seed: number): Director {
  const random = keyedRandom(seed);
  /** The article that a place in the conversation is about: one after the other within a session. */
  const articleOf = ({ session, turn, branch }: CrewMoment): (typeof articles)[number] =>
    random.rotate(articles, turn * 4 + branch, session, 'article');
  return {
    maxTokens: (moment) => random.between(...replyTokens[moment.agent], ...keyOf(moment), 'length'),
    needsResearch: (moment) =>
      moment.turn === 1 || random.unit(...keyOf(moment), 'research') < laterResearchRate,
    subQuestions: (moment) =>
      Array.from(
        { length: random.weigh<number>(questionCounts, ...keyOf(moment), 'questions') },
        (_, index) => {
          const { title } = articleOf({ ...moment, branch: index + 1 });
          return `What does the archive say about this: ${title}?`;
        },
      ),
    toolCall: (moment) => {
      if (random.unit(...keyOf(moment), 'tool') >= (toolRates[moment.round - 1] ?? 0))
        return undefined;
      const id = `call_${random.hex(12, ...keyOf(moment), 'call')}`;
      return moment.round === 1
        ? { id, name: 'search_archive', args: { query: articleOf(moment).title } }
        : {
            id,
            name: 'island_statistics',
            args: { island: random.pick(['Callan', 'Brae', 'Aldery'], ...keyOf(moment), 'island') },
          };
    },
    write: (moment) => {
      const { id, body } = articleOf(moment);
      const sentences = body.split(/(?<=\.) /);
      const said = `${random.rotate(sentences, moment.round, ...keyOf(moment), 'said')} (${id})`;
      return moment.agent === 'report/critic' ? `REVISE: say where this is from: ${id}.` : said;
    },
    approves: (moment) => random.unit(...keyOf(moment), 'approval') < approvalRate,
  };
}
