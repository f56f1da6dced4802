import { HumanMessage } from '@langchain/core/messages';
import type { DeskSession } from './plan.ts';
import type { SupportDesk } from './support-desk.ts';
import { waitInRealTime } from './wait.ts';
import type { Wait } from './wait.ts';

export interface TurnOutcome {
  readonly session: string;
  /** From 1. */
  readonly turn: number;
  /** What the desk answered. */
  readonly reply: string;
}

export interface RunDeskOptions {
  readonly app: SupportDesk;
  readonly sessions: readonly DeskSession[];
  /** Sessions under way at once, at least 1. */
  readonly concurrency: number;
  readonly signal?: AbortSignal;
  /** How customers let time pass; real time by default. */
  readonly wait?: Wait;
  /** After the last turn of a session, and after a failure that ends it early. */
  readonly onSessionEnd?: (session: string) => void;
  readonly onTurn?: (outcome: TurnOutcome) => void;
}

export interface DeskRun {
  /** Turns answered. */
  readonly turns: number;
  /** A failed turn ends its session and no other. */
  readonly failures: readonly { readonly session: string; readonly error: unknown }[];
}

/** One message of the customer, answered; every model call in it is streamed. */
async function answerTurn(
  app: SupportDesk,
  {
    id,
    turn,
    text,
    signal,
  }: { id: string; turn: number; text: string; signal: AbortSignal | undefined },
): Promise<string> {
  const stream = await app.stream(
    { messages: [new HumanMessage({ id: `${id}/${turn}/user`, content: text })] },
    {
      configurable: { thread_id: id },
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
 * Lets the planned customers talk to the desk, at most `concurrency` at once: when one leaves, the
 * next planned one comes. After an abort the turns under way are broken off, nobody else is let in,
 * and the run resolves with what was answered; sessions cut short are no failures.
 * @throws {RangeError} when `concurrency` is not a whole number of at least 1
 */
export async function runDesk({
  app,
  sessions,
  concurrency,
  signal,
  wait = waitInRealTime,
  onSessionEnd,
  onTurn,
}: RunDeskOptions): Promise<DeskRun> {
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new RangeError(`concurrency is ${concurrency}`);
  }
  const waiting = sessions.values();
  const failures: { session: string; error: unknown }[] = [];
  let turns = 0;

  async function serve({ id, startOffsetMs, turns: planned }: DeskSession): Promise<void> {
    await wait(startOffsetMs, signal);
    for (const [index, { text, thinkMs }] of planned.entries()) {
      if (index > 0) await wait(thinkMs, signal);
      signal?.throwIfAborted();
      const reply = await answerTurn(app, { id, turn: index + 1, text, signal });
      turns += 1;
      onTurn?.({ session: id, turn: index + 1, reply });
    }
  }

  async function slot(): Promise<void> {
    for (const session of waiting) {
      if (signal?.aborted) return;
      try {
        await serve(session);
      } catch (error) {
        if (signal?.aborted) return;
        failures.push({ session: session.id, error });
      }
      onSessionEnd?.(session.id);
    }
  }

  await Promise.all(Array.from({ length: Math.min(concurrency, sessions.length) }, slot));
  return { turns, failures };
}
