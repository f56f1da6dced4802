import { toolLatency } from '@entresol/example-load/mastra';
import type { Wait } from '@entresol/example-load';
import type { ToolsInput } from '@mastra/core/agent';
import { createTool } from '@mastra/core/tools';
import { z } from 'zod';
import type { Analyst } from './agents.ts';
import { MarketData, trimmed } from './market-data.ts';

/** Characters of a tool result that the model reads. */
const resultLength = 420;

export type BriefTools = Readonly<Record<Analyst, ToolsInput>>;

const good = z.string().describe('A good of the exchange, for example rye or rapeseed oil.');

/** Each analyst's tools over the data of one exchange. */
export function createBriefTools(wait?: Wait): BriefTools {
  const data = new MarketData();
  const latency = toolLatency(wait);

  const price_history = createTool({
    id: 'price_history',
    description: 'Mean price in crowns a tonne and tonnes sold of one good, quarter by quarter.',
    inputSchema: z.object({ good }),
    execute: async (input, context) => {
      await latency(context);
      return trimmed(JSON.stringify(data.pricesOf(input.good)), resultLength);
    },
  });
  const stock_report = createTool({
    id: 'stock_report',
    description: 'How many days the stocks of one good last, quarter by quarter.',
    inputSchema: z.object({ good }),
    execute: async (input, context) => {
      await latency(context);
      return trimmed(JSON.stringify(data.stocksOf(input.good)), resultLength);
    },
  });
  const supplier_terms = createTool({
    id: 'supplier_terms',
    description: 'Suppliers of one good: days to delivery, least order in tonnes, clauses.',
    inputSchema: z.object({ good }),
    execute: async (input, context) => {
      await latency(context);
      return trimmed(JSON.stringify(data.termsOf(input.good)), resultLength);
    },
  });
  const search_gazette = createTool({
    id: 'search_gazette',
    description: "Searches the exchange's gazette and returns the best matches with an excerpt.",
    inputSchema: z.object({ query: z.string().describe('Two to eight plain words.') }),
    execute: async (input, context) => {
      await latency(context);
      return trimmed(JSON.stringify(data.search(input.query, 2)), resultLength);
    },
  });

  return {
    'demand-analyst': { price_history, search_gazette },
    'supply-analyst': { stock_report, search_gazette },
    'risk-analyst': { supplier_terms, search_gazette },
  };
}
