import type { DeskRoute } from './agents.ts';

/** What customers write: one line of each slot makes a message. */
export type Lines = readonly (readonly string[])[];

/** How a session opens. */
export const greetings: readonly string[] = [
  'Hello, this is {name}, customer number {customer}.',
  'Hi there, {name} here ({customer}), writing about order {order}.',
  'Good morning. My customer number is {customer}, the name is {name}.',
  'Hi, I bought the {product} from you, order {order}. {name}, {customer}.',
];

/** What customers add about themselves; every message ends with two. */
export const circumstances: readonly string[] = [
  'I can be reached by mail all day, on the phone only after six, and I am away from Thursday until Sunday.',
  'I have been a customer for four years and never had trouble before, so I hope that this can be solved quickly.',
  'By the way, the app on my phone is up to date, and the account is the one with this mail address.',
  'We are a family of five with one bathroom and little patience, so please keep it as practical as you can.',
  'I looked at the help pages first, but there were so many of them that I gave up after the third one.',
  'If you need a photo or a number from the device, just tell me where to find it and I will send it tonight.',
  'A friend had the same thing last month and you helped him within a day, which is why I am writing to you.',
];

export const questions: Readonly<Record<DeskRoute, Lines>> = {
  orders: [
    [
      'My order {order} was placed on {placed} and I still do not know when it will reach me in {city}.',
      'The tracking page of {carrier} has not changed for my order {order} since the day it was created.',
      'I ordered {quantity} of the {product} and would like to know whether they travel in one parcel.',
      'I am moving next week and need to know where my order {order} is before I hand over the keys.',
    ],
    [
      'I have to be at home to sign for it, so an exact day would help me a lot.',
      'Could you check with the warehouse? The confirmation mail only said "soon".',
      'If it has not left yet I would rather have it sent to a pick-up point.',
      'A neighbour got a card from the courier, but it has no number on it.',
    ],
  ],
  billing: [
    [
      'I do not understand invoice {invoice}: the total is not the {price} that the shop page showed.',
      'My bank shows the payment for {order} twice, and I only see one invoice, {invoice}.',
      'You sent me a reminder for invoice {invoice} although I am sure that I paid it.',
      'I need invoice {invoice} with my company as the recipient and the VAT listed on its own line.',
    ],
    [
      'Please tell me what I actually owe and until when.',
      'Our bookkeeper closes the month on Friday, so a short explanation would be enough.',
      'I would like the difference back on the same card, not as a voucher.',
      'I have the statement here and can give you the date of the debit if you need it.',
    ],
  ],
  technical: [
    [
      'The {product} worked for a week and now it is offline every evening around eight.',
      "After last night's update {light} on my {product} stays violet and the app cannot find it.",
      'The {product} restarts by itself two or three times a day and forgets the schedule.',
      'My {product} refuses to pair with the hub and shows P-07 each time I try.',
    ],
    [
      'I have already restarted the router and taken it out of the app once.',
      'It stands two rooms away from the router and all the other devices there are fine.',
      'I do not want to reset it if that means setting up all the rooms again.',
      'My phone is new, in case that matters, but the account is the same.',
    ],
  ],
  returns: [
    [
      'The {product} from order {order} does not fit our flat and I would like to send it back.',
      'One of the {quantity} devices in {order} arrived with a crack along the side.',
      'I ordered the {product} as a gift and it turns out they already have one, so it has to go back.',
      'The {product} stopped working after a few days and I would rather return it than repair it.',
    ],
    [
      'The box is open but everything is in it, including the screws and the supply.',
      'Can somebody collect it in {city}? I have no car and the post office is far away.',
      'Please tell me whether I am still in time and what it will cost me.',
      'I threw the outer carton away, I hope that is not a problem.',
    ],
  ],
  research: [
    [
      'Before I buy a second one: can the {product} be used in a house with two separate networks?',
      'We rent our flat out in summer and want to give guests the {product} without giving them our account.',
      'I want to know what the {product} keeps about us, where, and for how long, before I install it in the hall.',
      'We plan to combine the {product} with a voice assistant and a hub and wonder what stops working offline.',
    ],
    [
      'The pages I found say different things, so please look at all of them.',
      'I am happy to read the details if you can tell me where they are.',
      'My partner is worried about this, so I would like a reliable answer.',
      'Please also mention what would void the warranty.',
    ],
  ],
  reply: [
    [
      'Thank you, that already helps. Could you put the steps in order so that I can follow them one at a time?',
      'Good to know. Does the same hold for the other {product} in the house, or only for this one?',
      'I see. And what happens if I am not at home on that day?',
      'Thanks, {first} here again. Just so that I have understood you: there is nothing to pay for me?',
      'All right. Which of the two would you do first in my place?',
      'That is clear now. Would you please send me a summary that I can forward to my partner?',
    ],
    [
      'I am on the phone with my partner and would like to settle it today.',
      'Sorry for asking twice, I am not very good with these things.',
      'A short answer is fine.',
      'I will be back at my desk in the evening and can try it then.',
    ],
  ],
};
