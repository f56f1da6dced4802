import type { KeyedRandom } from '@entresol/example-load';
import type { AskedPrompt, Cast, ScriptedReply } from '@entresol/example-load/mastra';
import type { Analyst, BriefAgent } from './agents.ts';
import { goods } from './goods.ts';
import type { Good } from './goods.ts';
import { news } from './news.ts';

const mostTokens: Readonly<Record<BriefAgent, number>> = {
  scoper: 24,
  'demand-analyst': 160,
  'supply-analyst': 160,
  'risk-analyst': 160,
  writer: 192,
  reviewer: 64,
  editor: 192,
};

const replyTokens: Readonly<Record<BriefAgent, readonly [from: number, to: number]>> = {
  scoper: [8, 12],
  'demand-analyst': [16, 32],
  'supply-analyst': [16, 32],
  'risk-analyst': [16, 32],
  writer: [28, 40],
  reviewer: [8, 16],
  editor: [24, 40],
};

const approvalRate = 0.6;

/** Share of later questions that the conversation does not answer already. */
const laterFreshRate = 0.3;

/** Chance of a first round of tools, and of a second one after it. */
const toolRates: readonly number[] = [0.55, 0.15];

/** The tool of an analyst that goes by the good alone. */
const tableTools: Readonly<Record<Analyst, string>> = {
  'demand-analyst': 'price_history',
  'supply-analyst': 'stock_report',
  'risk-analyst': 'supplier_terms',
};

export const briefCast: Cast<BriefAgent> = { mostTokens, replyTokens, replyOf };

function replyOf(agent: BriefAgent, asked: AskedPrompt, random: KeyedRandom): ScriptedReply {
  const { question, key, used } = asked;
  const good = goodOf(question);
  const [fact = '', ...facts] = sentencesAbout(good);
  const other = random.pick([fact, ...facts], key, 'fact');
  switch (agent) {
    case 'scoper': {
      const isFirst = !question.includes('[brief]');
      const fresh = isFirst || random.unit(key, 'fresh') < laterFreshRate;
      return { text: `SCOPE: ${fresh ? 'fresh' : 'known'}` };
    }
    case 'demand-analyst':
    case 'supply-analyst':
    case 'risk-analyst': {
      if (random.unit(key, 'tool') >= (toolRates[used.length] ?? 0)) return { text: other };
      return {
        tools: [
          used.length === 0
            ? { name: tableTools[agent], args: { good } }
            : { name: 'search_gazette', args: { query: `${good} ${fact.slice(0, 24)}` } },
        ],
      };
    }
    case 'reviewer':
      return random.unit(key, 'approval') < approvalRate
        ? { text: 'APPROVED' }
        : { text: `REVISE: say where this is from: ${other.slice(0, 40)}` };
    case 'writer':
    case 'editor':
      return { text: other };
    default:
      return unreachable(agent);
  }
}

/** The good that the buyer named last. */
function goodOf(question: string): Good {
  const latest = question.slice(question.lastIndexOf('[buyer]'));
  return goods.find((good) => latest.includes(good)) ?? goods[0];
}

function sentencesAbout(good: Good): readonly string[] {
  return news
    .filter((each) => each.good === good)
    .flatMap(({ id, body }) => body.split(/(?<=\.) /u).map((sentence) => `${sentence} (${id})`));
}

function unreachable(agent: never): never {
  throw new RangeError(`no such agent: ${String(agent)}`);
}
