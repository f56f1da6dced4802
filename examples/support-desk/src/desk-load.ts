import { createChatModel } from '@entresol/example-load';
import type { ExampleLoad, ExampleLoadOptions } from '@entresol/example-load';
import { deskAgents } from './agents.ts';
import { modelDirector } from './model-director.ts';
import { planSessions } from './plan.ts';
import { runDesk } from './run-desk.ts';
import { scriptedDirector } from './scripted-director.ts';
import { createSupportDesk } from './support-desk.ts';

/** The support desk with its customers. */
export function createSupportDeskLoad(options: ExampleLoadOptions): ExampleLoad {
  const { client, seed, sessions, concurrency, thinkScale, wait } = options;
  const planned = planSessions({ seed, sessions, thinkScale });
  const director = options.director === 'script' ? scriptedDirector(seed) : modelDirector();
  let tell: ((agent: string) => void) | undefined;
  const app = createSupportDesk({
    model: createChatModel(client),
    director: {
      ...director,
      maxTokens(moment) {
        tell?.(moment.agent);
        return director.maxTokens(moment);
      },
    },
    ...(wait === undefined ? {} : { wait }),
  });
  return {
    app,
    agents: deskAgents.length,
    turns: planned.reduce((total, { turns }) => total + turns.length, 0),
    run({ onCall, ...hooks }) {
      tell = onCall;
      return runDesk({ app, sessions: planned, concurrency, wait, ...hooks });
    },
  };
}
