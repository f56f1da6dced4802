import { planChats } from '@entresol/example-load';
import type { ExampleLoad, ExampleLoadOptions } from '@entresol/example-load';
import { createChatLoad } from '@entresol/example-load/mastra';
import { conciergeAgents } from './agents.ts';
import { createConcierge } from './concierge.ts';
import { guests } from './guests.ts';
import { modelDirector, scriptedDirector } from './script.ts';

/** The concierge with its guests. */
export function createConciergeLoad(options: ExampleLoadOptions): ExampleLoad {
  return createChatLoad(options, {
    agents: conciergeAgents.length,
    sessions: planChats(options, guests),
    director: options.director === 'script' ? scriptedDirector(options.seed) : modelDirector,
    createApp: createConcierge,
  });
}
