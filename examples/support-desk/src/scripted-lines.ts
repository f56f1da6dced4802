import type { DeskAgent } from './agents.ts';
import type { Lines } from './customer-lines.ts';

type Writer = Exclude<DeskAgent, 'triage'>;

/** What the script lets each agent write: one line of each slot makes a text. */
export const scriptedLines: Readonly<Record<Writer, Lines>> = {
  orders: [
    [
      'Order {order} for {quantity} x {product} was placed on {placed} and belongs to {customer}.',
      'Found {order}: {quantity} x {product}, delivery address in {city}, no note on the file.',
      'The file of {customer} shows {order} with {quantity} x {product} as the matching order.',
    ],
    [
      '{carrier} carries it; the scan history is complete and shows no failed attempt.',
      'The warehouse has released it to {carrier}, and no claim is open on this parcel.',
      'It travels with {carrier} as one parcel and needs a signature at the door.',
    ],
    [
      'Promise the expected day only, never an hour. A redirect is possible until the evening before.',
      'If it is not there two working days after the expected day, a search at {carrier} may be opened.',
      'The customer can choose a pick-up point in the tracking link without our help.',
    ],
    [
      'The address in {city} is complete, the doorbell name matches, and no earlier parcel to it has come back.',
      'Contents were weighed at packing, and the weight fits {quantity} x {product}, so nothing should be missing.',
      'No other order of {customer} is under way at present, so the messages of {carrier} can only mean this one.',
    ],
    [
      'Nothing has to be paid at the door, and the parcel is kept for seven days if nobody opens.',
      'The delivery note lists every device with its serial number, which helps if one of them is missing.',
      'A message by mail goes out with the first scan and another one on the morning of the delivery.',
    ],
  ],
  billing: [
    [
      'Invoice {invoice} belongs to {order}: {quantity} x {product} at {price} each, VAT of 20 % included.',
      'The amount on {invoice} is {quantity} x {price}; nothing was added for delivery to {city}.',
      '{invoice} was issued with {order} on {placed} and has not been corrected since.',
    ],
    [
      'A second debit on the statement is a card reservation that drops out within five working days.',
      'The reminder crossed with the payment; no fee was charged and the reminder can be ignored.',
      'A corrected recipient can be printed on a new invoice, the old one is cancelled with it.',
    ],
    [
      'No refund is due at this point. Refunds go to the card that paid, within ten days.',
      'Nothing further is owed once the ledger shows it as paid; the due date may be moved once.',
      'Offer the invoice as a PDF by mail; do not promise a change of the total.',
    ],
    [
      'The address on it is the one of the account in {city}; a company name can be added for ninety days.',
      'The customer paid earlier invoices on time, so an extension by fourteen days can be offered without asking.',
      'If the bank statement shows something else, date and amount of the debit are enough for accounting to search.',
    ],
    [
      'If an amount was taken off by a voucher, it stands on the second page and not in the total of the first.',
      'The receipt of the payment is sent once a day in the evening, so it may be behind the ledger by some hours.',
      'Both the order and the invoice can be downloaded under Orders in the account, without a new request.',
    ],
  ],
  technical: [
    [
      'The description fits a {product} that loses the 2.4 GHz network rather than a fault of the device.',
      'The symptom of the {product} matches an update that was cut short, error F-34.',
      'This looks like a supply that is too weak for the {product} under load.',
    ],
    [
      'Step 1: look at {light} and note its colour. Step 2: restart the router and wait two minutes.',
      'Step 1: use the original supply for one day. Step 2: start the update by hand next to the router.',
      'Step 1: remove it in the app of the previous owner. Step 2: add it again within three metres.',
    ],
    [
      'Schedules are kept for thirty days, so removing it loses nothing. A reset is the last resort.',
      'If it comes back within a day, the device is exchanged under the three-year warranty.',
      'Ask for the firmware version if it persists; versions before 4.2 have a known fault here.',
    ],
    [
      'The customer has tried the usual restart already, so it should not be asked for again in the answer.',
      'Other devices in the same place work, which speaks against the router as a whole and for its distance.',
      'Nothing in the description points to a danger; the device may stay connected while the steps are tried.',
    ],
    [
      'The guide for the {product} names the same cause first and gives ten minutes as the usual time.',
      'The battery level should be above fifteen per cent during the attempt, otherwise wireless features pause.',
      'It helps to keep the phone within two metres of the {product} while the app is looking for it.',
    ],
  ],
  returns: [
    [
      'Order {order} with {quantity} x {product} can be returned; the sixty days are not over.',
      'The {product} from {order} is within the return window and the carton is not needed.',
      'A return for {order} is possible for each device on its own.',
    ],
    [
      '{carrier} collects in {city} on working days; the label comes by mail and needs no printer.',
      'Damage in transit is free of charge for the customer; two photos of the crack are enough.',
      'An opened box is accepted as long as supply and screws are in it.',
    ],
    [
      'The refund follows within ten days of the arrival, to the card that paid {invoice}.',
      'Offer an exchange first when the device is faulty, as it is faster than a refund.',
      'No restocking fee. The customer keeps the receipt of the courier until the refund is there.',
    ],
    [
      'Before it leaves, the {product} has to be removed from the household in the app, or it cannot be passed on.',
      'Batteries and memory cards stay with the customer; the number of the return belongs on the outside.',
      'The day of collection can be chosen in the mail, and it can be moved once until the evening before.',
    ],
    [
      'If only one of the devices goes back, the others keep their warranty of three years unchanged.',
      'A replacement would leave on the day on which the first scan of the returned parcel arrives.',
      'The courier takes it at the door without a carton, as long as nothing can fall out on the way.',
    ],
  ],
  searcher: [
    [
      'The guide says that rules run on the {product} itself and need no internet.',
      'Guests lose access on the date that was set, on every phone.',
      'History is off unless the owner turns it on; seven days stay on the device.',
      'Only the 2.4 GHz band is used, so both networks have to offer it.',
    ],
    [
      'Relevant for the question, no conflict with the other guides.',
      'It holds for the {product} as well, by its own guide.',
      'One limit: the permission ends after a password change.',
    ],
  ],
  digest: [
    [
      'Three guides agree: the {product} keeps working without internet, since its rules run on the device.',
      'The guides cover it: guests may use the {product} until a date, without seeing the account.',
      'Activity of the {product} stays on the device for seven days; history in the account is optional.',
    ],
    [
      'Voice control and remote access do need a connection and come back by themselves.',
      'Each network needs the 2.4 GHz band; one household may span both.',
      'What the guides leave open is the behaviour during a move between two households.',
    ],
    [
      'The warranty is void only through water, a stronger supply or an opened case.',
      'The customer finds all of it under Settings, Privacy, and in the sharing guide.',
      'No guide mentions a fee for any of this.',
    ],
    [
      'Nothing has to be prepared for it, but the time zone should be checked after a change of phone.',
      'A reset would erase all of this at once, so the schedule should be exported before anything is tried.',
      'Up to eight people can share the device, and the log keeps the name of each of them for ninety days.',
    ],
    [
      'Members may change schedules and guests may not, which is the only difference that matters here.',
      'An archive of everything that is stored can be requested by the owner and is ready within a day.',
      'After an outage the device catches up by itself, and the app shows the gap in grey for a week.',
    ],
  ],
  'reply/draft': [
    [
      'Hello {first}, thank you for your message about the {product}.',
      'Dear {first}, I have looked into this with my colleagues.',
      'Hi {first}, good news about {order}.',
    ],
    [
      'We checked {order} and everything is as it should be: {quantity} x {product}, under your number {customer}.',
      'The matter is settled on our side, and there is nothing that you have to pay or send us now.',
      'Please try the two steps above in that order; most devices are back within ten minutes.',
    ],
    [
      'You will get a mail from {carrier} or from us as soon as the next step is done, at the latest tomorrow.',
      'If it should happen again, answer to this message, and we exchange the device without further questions.',
      'I have noted it in your file, so nobody will ask you for the details a second time.',
    ],
    [
      'As a first step, please look at {light} and tell us which colour it shows; you do not have to reset anything for that.',
      'You can keep an eye on it yourself in the app under Orders, where every step appears as soon as it has happened.',
      'Your schedule and your rooms stay as they are, and the people who share the device with you will not notice anything.',
    ],
    [
      'In case you would rather talk to somebody, name a time that suits you, and a colleague who has read all of this will call you back.',
      'Should you need the same for another device, there is no need to start again: a line below this message is enough for us.',
      'You have sixty days to change your mind about any of our devices, so nothing that you decide today is final for you.',
    ],
    [
      'Kind regards, the support desk',
      'All the best from the support desk',
      'Have a good day in {city}!',
    ],
  ],
  'reply/review': [
    [
      'REVISE: name the order number in the first sentence.',
      'REVISE: say until when the customer will hear from us.',
      'REVISE: leave out the promise about the day of delivery.',
      'REVISE: shorter, the customer asked for a short answer.',
    ],
  ],
};
