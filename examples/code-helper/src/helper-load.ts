import { HumanMessage, isBaseMessage } from '@langchain/core/messages';
import { createChatModel, runSessions } from '@entresol/example-load';
import type { ExampleLoad, ExampleLoadOptions } from '@entresol/example-load';
import { helperAgents } from './agents.ts';
import { createCodeHelper } from './code-helper.ts';
import type { CodeHelper } from './code-helper.ts';
import { modelDirector, scriptedDirector } from './director.ts';
import { planSessions } from './plan.ts';
import { createHelperTools } from './tools.ts';

function lastText(messages: unknown): string | undefined {
  const last: unknown = Array.isArray(messages) ? messages.at(-1) : undefined;
  return isBaseMessage(last) ? last.text : undefined;
}

/** One message of the programmer, answered; every model call in it is streamed. */
async function answerTurn(
  app: CodeHelper,
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
    if (mode === 'values') reply = lastText(chunk['messages']) ?? reply;
  }
  return reply;
}

/** The code helper with its programmers. */
export function createCodeHelperLoad(options: ExampleLoadOptions): ExampleLoad {
  const { client, seed, sessions, concurrency, thinkScale, wait } = options;
  const planned = planSessions({ seed, sessions, thinkScale });
  const tools = createHelperTools();
  let tell: ((agent: string) => void) | undefined;
  const app = createCodeHelper({
    model: createChatModel(client),
    director: options.director === 'script' ? scriptedDirector(seed) : modelDirector(),
    tools,
    onCall: (agent) => tell?.(agent),
  });
  return {
    app,
    agents: helperAgents.length,
    turns: planned.reduce((total, { turns }) => total + turns.length, 0),
    run({ onCall, onSessionEnd, ...hooks }) {
      tell = onCall;
      return runSessions({
        sessions: planned,
        concurrency,
        wait,
        ...hooks,
        onSessionEnd: (session) => {
          tools.patches.forget(session);
          onSessionEnd?.(session);
        },
        answer: (message, signal) => answerTurn(app, message, signal),
      });
    },
  };
}
