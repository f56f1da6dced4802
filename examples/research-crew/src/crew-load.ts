import { HumanMessage } from '@langchain/core/messages';
import { createChatModel, runSessions } from '@entresol/example-load';
import type { ExampleLoad, ExampleLoadOptions } from '@entresol/example-load';
import { crewAgents } from './agents.ts';
import { modelDirector } from './model-director.ts';
import { planSessions } from './plan.ts';
import { createResearchCrew } from './research-crew.ts';
import type { ResearchCrew } from './research-crew.ts';
import { scriptedDirector } from './scripted-director.ts';

/** One message of the user, answered; every model call in it is streamed. */
async function answerTurn(
  app: ResearchCrew,
  { session, turn, text }: { session: string; turn: number; text: string },
  signal: AbortSignal | undefined,
): Promise<string> {
  const stream = await app.stream(
    { messages: [new HumanMessage({ id: `${session}/${turn}/user`, content: text })] },
    {
      configurable: { thread_id: session },
      // With `messages` LangGraph asks every model for a stream; `values` gives the final state.
      streamMode: ['values', 'messages'],
      ...(signal && { signal }),
    },
  );
  let reply = '';
  for await (const [mode, chunk] of stream) {
    if (mode === 'values') reply = chunk.messages.at(-1)?.text ?? reply;
  }
  return reply;
}

/** The research crew with its users. */
export function createResearchCrewLoad(options: ExampleLoadOptions): ExampleLoad {
  const { client, seed, sessions, concurrency, thinkScale, wait } = options;
  const planned = planSessions({ seed, sessions, thinkScale });
  const director = options.director === 'script' ? scriptedDirector(seed) : modelDirector();
  let tell: ((agent: string) => void) | undefined;
  const app = createResearchCrew({
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
    agents: crewAgents.length,
    turns: planned.reduce((total, { turns }) => total + turns.length, 0),
    run({ onCall, ...hooks }) {
      tell = onCall;
      return runSessions({
        sessions: planned,
        concurrency,
        wait,
        ...hooks,
        answer: (message, signal) => answerTurn(app, message, signal),
      });
    },
  };
}
