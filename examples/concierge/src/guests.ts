import type { ChatUsers } from '@entresol/example-load';

/** What a guest may want; the word by which a message is known to be about it comes first. */
export const wishes = [
  { word: 'table', helper: 'dining', text: 'Is there a quiet table for {n} this evening?' },
  { word: 'fish', helper: 'dining', text: 'We are {n} and would like to eat fish by the lake.' },
  { word: 'outing', helper: 'outings', text: 'Which outing would you suggest for {n} tomorrow?' },
  { word: 'rain', helper: 'outings', text: 'What can {n} of us do here if the rain stays?' },
  { word: 'sauna', helper: 'house', text: 'When is the sauna open, and may {n} come at once?' },
  { word: 'laundry', helper: 'house', text: 'Could laundry for {n} be ready before we leave?' },
  { word: 'station', helper: 'transfer', text: 'We need a car to the station for {n} at 17:30.' },
  { word: 'airport', helper: 'transfer', text: 'Please bring {n} of us to the airport at 09:15.' },
] as const;

/** What needs nobody but the concierge. */
const followUps = [
  'Thank you. Could you say in one sentence what is fixed now and what is still open?',
  'That sounds good. What should we bring, and when do we have to be ready?',
  'My wife has a question: was that for today or for tomorrow?',
] as const;

const circumstances = [
  'We arrived late last night and have not seen much of the house yet.',
  'One of us walks with a stick, so stairs and long ways are better avoided.',
  'The children get hungry early and loud soon after that.',
  'It is our anniversary, but please do not make anything of it.',
  'We have no car here and would rather not need one.',
  'Money is not the question, waiting is.',
] as const;

const openings = [
  'Good morning, we are in room {room}.',
  'Hello, room {room} here.',
  'This is room {room}, we are staying until Sunday.',
] as const;

/** Share of later messages that need nobody but the concierge. */
const followUpRate = 0.4;

export const guests: ChatUsers = {
  name: 'guest',
  turnCounts: [
    [2, 0.45],
    [3, 0.35],
    [4, 0.2],
  ],
  textOf: (random, { session, number, turn }) => {
    const isFollowUp = turn > 1 && random.unit(session, turn, 'follow-up') < followUpRate;
    const wish = random.rotate(wishes, turn, session, 'wish');
    const people =
      ['one', 'two', 'three', 'four'][random.between(0, 3, session, 'people')] ?? 'two';
    const asked = isFollowUp
      ? random.rotate(followUps, turn, session, 'courtesy')
      : wish.text.replace('{n}', people);
    const opening = turn === 1 ? [random.pick(openings, session, 'opening')] : [];
    const about = random.rotate(circumstances, turn, session, 'circumstance');
    return [...opening, asked, about].join(' ').replace('{room}', String(100 + number));
  },
};
