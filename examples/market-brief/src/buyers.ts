import type { ChatUsers } from '@entresol/example-load';
import { goods } from './goods.ts';

/** How a session opens. */
const openings: readonly string[] = [
  'I buy for six bakeries in the lower valley.',
  'We plan the orders of the coming quarter.',
  'I have to defend our budget on Thursday.',
  'My predecessor left no notes, so I begin at the beginning.',
];

/** What is asked, one after the other within a session. */
const questions: readonly string[] = [
  'Should we buy {good} now or wait, and what speaks against it?',
  'What moved the price of {good} in the last year?',
  'How safe are our deliveries of {good} until the summer?',
  'Who sells {good} and on what terms would you order it?',
];

/** What buyers add about their own business; every message ends with two. */
const circumstances: readonly string[] = [
  'We have room for about three weeks of everything, and a little more for what comes in sacks.',
  'The owners would rather pay a few crowns more than stand in front of empty shelves once.',
  'Our contract with the present supplier ends in two months, and nobody has spoken about it yet.',
  'Last year we waited too long and had to buy from a competitor in the next town.',
  'I can order on any weekday before noon, but payment has to go through the head office.',
  'Two of the bakeries are new, so I do not know well yet how much they will really need.',
  'Please keep in mind that we sell mostly bread, and cakes only from Thursday to Saturday.',
  'A colleague of mine heard the opposite at the market on Monday and was very sure of it.',
];

/** Most goods of a session stay the same for two messages. */
export const buyers: ChatUsers = {
  name: 'brief',
  turnCounts: [
    [2, 0.6],
    [3, 0.28],
    [4, 0.12],
  ],
  textOf: (random, { session, number, turn }) => {
    const good = random.rotate(goods, Math.floor((turn - 1) / 2), session, 'good');
    const question = random.rotate(questions, turn, session, 'question').replace('{good}', good);
    const opening =
      turn === 1 ? [`${random.pick(openings, session, 'opening')} My number is ${number}.`] : [];
    const about = [2 * turn, 2 * turn + 1].map((each) =>
      random.rotate(circumstances, each, session, 'circumstance'),
    );
    return [...opening, question, ...about].join(' ');
  },
};
