import { planChats } from '@entresol/example-load';
import type { ExampleLoad, ExampleLoadOptions } from '@entresol/example-load';
import { createChatLoad, createDirector } from '@entresol/example-load/mastra';
import { briefAgents } from './agents.ts';
import { buyers } from './buyers.ts';
import { createMarketBrief } from './market-brief.ts';
import { briefCast } from './cast.ts';

/** The market brief with its buyers. */
export function createMarketBriefLoad(options: ExampleLoadOptions): ExampleLoad {
  return createChatLoad(options, {
    agents: briefAgents.length,
    sessions: planChats(options, buyers),
    director: createDirector(briefCast, options),
    createApp: createMarketBrief,
  });
}
