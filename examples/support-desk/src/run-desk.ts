import { HumanMessage } from '@langchain/core/messages';
import { runSessions } from '@entresol/example-load';
import type { PlannedSession, SessionsRun, TurnOutcome, Wait } from '@entresol/example-load';
import type { SupportDesk } from './support-desk.ts';

export interface RunDeskOptions {
  readonly app: SupportDesk;
  readonly sessions: readonly PlannedSession[];
  /** Sessions under way at once, at least 1. */
  readonly concurrency: number;
  readonly signal?: AbortSignal | undefined;
  /** How customers let time pass; real time by default. */
  readonly wait?: Wait | undefined;
  /** After the last turn of a session, and after a failure that ends it early. */
  readonly onSessionEnd?: ((session: string) => void) | undefined;
  readonly onTurn?: ((outcome: TurnOutcome) => void) | undefined;
}

/** One message of the customer, answered; every model call in it is streamed. */
async function answerTurn(
  app: SupportDesk,
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

/**
 * Lets the planned customers talk to the desk, see {@link runSessions}.
 * @throws {RangeError} when `concurrency` is not a whole number of at least 1
 */
export function runDesk({ app, ...load }: RunDeskOptions): Promise<SessionsRun> {
  return runSessions({ ...load, answer: (message, signal) => answerTurn(app, message, signal) });
}
