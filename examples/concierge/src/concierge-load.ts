import { planChats } from '@entresol/example-load';
import type { ExampleLoad, ExampleLoadOptions } from '@entresol/example-load';
import { createChatLoad, createDirector } from '@entresol/example-load/mastra';
import { conciergeAgents } from './agents.ts';
import { createConcierge } from './concierge.ts';
import { guests } from './guests.ts';
import { conciergeCast } from './cast.ts';

/** The concierge with its guests. */
export function createConciergeLoad(options: ExampleLoadOptions): ExampleLoad {
  return createChatLoad(options, {
    agents: conciergeAgents.length,
    sessions: planChats(options, guests),
    director: createDirector(conciergeCast, options),
    createApp: createConcierge,
  });
}
