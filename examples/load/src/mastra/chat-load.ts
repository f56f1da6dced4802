import type { Mastra } from '@mastra/core/mastra';
import type { ExampleLoad, ExampleLoadOptions } from '../example-load.ts';
import { runSessions } from '../run-sessions.ts';
import type { PlannedSession } from '../run-sessions.ts';
import type { Wait } from '../wait.ts';
import { createAgentModels } from './agent-models.ts';
import type { AgentModels } from './agent-models.ts';
import type { Director } from './directed-model.ts';

/** A line of a conversation as the client keeps it. */
export interface ChatLine {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

/** A Mastra application that users write to. */
export interface ChatApp {
  readonly mastra: Mastra;
  /**
   * Answers the last line of a conversation.
   * @returns what is to be kept of the turn; the last line is the reply
   */
  answer(
    chat: { readonly session: string; readonly lines: readonly ChatLine[] },
    signal: AbortSignal | undefined,
  ): Promise<readonly ChatLine[]>;
}

export interface ChatExample {
  /** Agents that call the model. */
  readonly agents: number;
  readonly sessions: readonly PlannedSession[];
  readonly director: Director;
  createApp(options: { readonly models: AgentModels; readonly wait?: Wait }): ChatApp;
}

/** An application with its users. They send the whole conversation each time, as clients of a chat do. */
export function createChatLoad(options: ExampleLoadOptions, example: ChatExample): ExampleLoad {
  const { client, concurrency, wait } = options;
  let tell: ((agent: string) => void) | undefined;
  const models = createAgentModels(client, (asked) => {
    tell?.(asked.agent);
    return example.director(asked);
  });
  const app = example.createApp({ models, ...(wait === undefined ? {} : { wait }) });
  const conversations = new Map<string, readonly ChatLine[]>();
  return {
    app: app.mastra,
    agents: example.agents,
    turns: example.sessions.reduce((total, { turns }) => total + turns.length, 0),
    run({ onCall, onSessionEnd, ...hooks }) {
      tell = onCall;
      return runSessions({
        sessions: example.sessions,
        concurrency,
        wait,
        ...hooks,
        onSessionEnd: (session) => {
          conversations.delete(session);
          onSessionEnd?.(session);
        },
        answer: async ({ session, text }, signal) => {
          const lines = [
            ...(conversations.get(session) ?? []),
            { role: 'user', text } satisfies ChatLine,
          ];
          const added = await app.answer({ session, lines }, signal);
          conversations.set(session, [...lines, ...added]);
          return added.at(-1)?.text ?? '';
        },
      });
    },
  };
}
