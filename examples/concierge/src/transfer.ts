import type { Agent } from '@mastra/core/agent';
import { createStep, createWorkflow } from '@mastra/core/workflows';
import type { Workflow } from '@mastra/core/workflows';
import { z } from 'zod';
import type { HouseBook } from './house-book.ts';

const wish = z.object({
  place: z.string().describe('Where to: station, airport, cable car, landing stage, concert hall.'),
  time: z.string().describe('When to leave, such as 17:30.'),
  guests: z.number().int().min(1).max(12),
});

const booked = z.object({ note: z.string() });

/** Looks the way up, lets the dispatcher write the driver's note, and books the car. */
export function createTransfer(dispatcher: Agent, book: HouseBook): Workflow {
  const route = createStep({
    id: 'look-up-route',
    inputSchema: wish,
    outputSchema: z.object({ prompt: z.string() }),
    execute: async ({ inputData: { place, time, guests } }) => {
      const found = book.route(place);
      const way = found === undefined ? 'no car goes there' : JSON.stringify(found);
      return {
        prompt: `Transfer of ${guests} to the ${place} at ${time}.\nWay: ${way}\nWrite the driver's note.`,
      };
    },
  });
  const car = createStep({
    id: 'book-car',
    inputSchema: z.object({ text: z.string() }),
    outputSchema: booked,
    execute: async ({ inputData: { text }, getInitData }) => {
      const { place, guests } = getInitData<z.infer<typeof wish>>();
      return { note: `${book.book('car', place, guests)}: ${text.trim().slice(0, 240)}` };
    },
  });
  return createWorkflow({
    id: 'transfer',
    description: 'Plans and books a car from the hotel to a place in the neighbourhood.',
    inputSchema: wish,
    outputSchema: booked,
  })
    .then(route)
    .then(createStep(dispatcher))
    .then(car)
    .commit();
}
