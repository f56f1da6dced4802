import { toolLatency } from '@entresol/example-load/mastra';
import type { Wait } from '@entresol/example-load';
import type { ToolsInput } from '@mastra/core/agent';
import { createTool } from '@mastra/core/tools';
import { z } from 'zod';
import type { Helper } from './agents.ts';
import type { HouseBook } from './house-book.ts';

/** Characters of a tool result that the model reads. */
const resultLength = 420;

const guests = z.number().int().min(1).max(12).describe('How many guests.');

function shown(found: unknown): string {
  return JSON.stringify(found).slice(0, resultLength);
}

/** The tools of each helper over one house book. */
export function createConciergeTools(
  book: HouseBook,
  wait?: Wait,
): Readonly<Record<Helper, ToolsInput>> {
  const latency = toolLatency(wait);
  const find_tables = createTool({
    id: 'find_tables',
    description: 'Restaurants with free seats this evening: cuisine, mood, seats left.',
    inputSchema: z.object({ guests }),
    execute: async (input, context) => {
      await latency(context);
      return shown(book.tablesFor(input.guests));
    },
  });
  const book_table = createTool({
    id: 'book_table',
    description: 'Books a table. Booking it twice gives the same number.',
    inputSchema: z.object({ restaurant: z.string(), guests }),
    execute: async (input, context) => {
      await latency(context);
      return shown({ number: book.book('table', input.restaurant, input.guests) });
    },
  });
  const find_outings = createTool({
    id: 'find_outings',
    description: 'Outings that take at most so many hours: start, price, what cancels them.',
    inputSchema: z.object({ hours: z.number().min(1).max(12) }),
    execute: async (input, context) => {
      await latency(context);
      return shown(book.outingsWithin(input.hours));
    },
  });
  const book_outing = createTool({
    id: 'book_outing',
    description: 'Books an outing. Booking it twice gives the same number.',
    inputSchema: z.object({ outing: z.string(), guests }),
    execute: async (input, context) => {
      await latency(context);
      return shown({ number: book.book('outing', input.outing, input.guests) });
    },
  });
  const check_service = createTool({
    id: 'check_service',
    description: 'Hours and free places of one service of the hotel.',
    inputSchema: z.object({ service: z.string().describe('For example sauna or cot.') }),
    execute: async (input, context) => {
      await latency(context);
      return shown(book.service(input.service));
    },
  });

  return {
    dining: { find_tables, book_table },
    outings: { find_outings, book_outing },
    house: { check_service },
  };
}
