import { planChats } from '@entresol/example-load';
import type { ExampleLoad, ExampleLoadOptions } from '@entresol/example-load';
import { createChatLoad } from '@entresol/example-load/mastra';
import { briefAgents } from './agents.ts';
import { buyers } from './buyers.ts';
import { createMarketBrief } from './market-brief.ts';
import { modelDirector, scriptedDirector } from './script.ts';

/** The market brief with its buyers. */
export function createMarketBriefLoad(options: ExampleLoadOptions): ExampleLoad {
  return createChatLoad(options, {
    agents: briefAgents.length,
    sessions: planChats(options, buyers),
    director: options.director === 'script' ? scriptedDirector(options.seed) : modelDirector,
    createApp: createMarketBrief,
  });
}
