import type { KeyedRandom } from '@entresol/example-load';
import type { AskedPrompt, Cast, ScriptedReply } from '@entresol/example-load/mastra';
import type { ConciergeAgent } from './agents.ts';
import { wishes } from './guests.ts';

const mostTokens: Readonly<Record<ConciergeAgent, number>> = {
  concierge: 192,
  dining: 128,
  outings: 128,
  house: 128,
  dispatcher: 96,
};

const replyTokens: Readonly<Record<ConciergeAgent, readonly [from: number, to: number]>> = {
  concierge: [20, 40],
  dining: [16, 32],
  outings: [16, 32],
  house: [12, 28],
  dispatcher: [16, 32],
};

/** Chance that a helper looks something up, and that it then books. */
const toolRates: readonly number[] = [0.75, 0.35];

/** What is said in the end, one of them. */
const sayings: Readonly<Record<ConciergeAgent, readonly string[]>> = {
  concierge: [
    'It is arranged, and the number of the booking is on the card in your room.',
    'Everything you asked for is fixed; only the weather is still open.',
    'The helpers have confirmed it. Please be in the hall ten minutes before.',
  ],
  dining: [
    'The Linde has nine seats and is quiet; the Alte Post has six.',
    'Nothing is free at the Kranich this evening. The Nordlicht has fish and four seats.',
    'The table is kept for a quarter of an hour after the time.',
  ],
  outings: [
    'The steamer leaves at 10:15 and does not sail when the wind is above five.',
    'The museum of clocks is dry, two hours long and open from 11:00.',
    'The lantern walk begins at 20:30 and is never cancelled.',
  ],
  house: [
    'The sauna is open from 14:00 to 21:00 and has five places left.',
    'Laundry that is given out before ten is back by 18:00.',
    'Two cots are free and can be brought at any time.',
  ],
  dispatcher: [
    'Leave from the main door, luggage in the boot, no stop on the way.',
    'Take the lake road; the main road is closed after the bridge.',
    'Help with the luggage and wait until the guests are inside.',
  ],
};

export const conciergeCast: Cast<ConciergeAgent> = {
  mostTokens,
  replyTokens,
  replyOf: (agent, asked, random) =>
    toolsOf(agent, asked, random) ?? { text: random.pick(sayings[agent], asked.key, 'saying') },
};

/** The tool that comes next; undefined = the agent answers. */
function toolsOf(
  agent: ConciergeAgent,
  { question, used, key }: AskedPrompt,
  random: KeyedRandom,
): ScriptedReply | undefined {
  const guests = random.between(1, 4, key, 'guests');
  switch (agent) {
    case 'concierge':
      return used.length > 0 ? undefined : delegationOf(question, guests);
    case 'dining':
    case 'outings':
    case 'house': {
      if (random.unit(key, 'tool') >= (toolRates[used.length] ?? 0)) return undefined;
      const tool = helperTools[agent][used.length];
      return tool && { tools: [tool(guests)] };
    }
    case 'dispatcher':
      return undefined;
    default:
      return unreachable(agent);
  }
}

type Call = Extract<ScriptedReply, { readonly tools: unknown }>['tools'][number];

/** First what is looked up, then what is booked. */
const helperTools: Readonly<
  Record<'dining' | 'outings' | 'house', readonly ((guests: number) => Call)[]>
> = {
  dining: [
    (guests) => ({ name: 'find_tables', args: { guests } }),
    (guests) => ({ name: 'book_table', args: { restaurant: 'Linde', guests } }),
  ],
  outings: [
    (guests) => ({ name: 'find_outings', args: { hours: guests + 1 } }),
    (guests) => ({ name: 'book_outing', args: { outing: 'Museum of clocks', guests } }),
  ],
  house: [() => ({ name: 'check_service', args: { service: 'sauna' } })],
};

/** Whom the concierge sends for what the guest wants; undefined when the conversation answers it. */
function delegationOf(question: string, guests: number): ScriptedReply | undefined {
  const wish = wishes.find(({ word }) => question.includes(word));
  if (wish === undefined) return undefined;
  if (wish.helper !== 'transfer') {
    const prompt = `See to this wish: ${question}`;
    return { tools: [{ name: `agent-${wish.helper}`, args: { prompt } }] };
  }
  const inputData = { place: wish.word, time: '17:30', guests };
  return { tools: [{ name: 'workflow-transfer', args: { inputData } }] };
}

function unreachable(agent: never): never {
  throw new RangeError(`no such agent: ${String(agent)}`);
}
