import { waitInRealTime } from './wait.ts';
import type { Wait } from './wait.ts';

export interface UserTurn {
  readonly text: string;
  /** Time between the last answer and this message, in ms; 0 for the first. */
  readonly thinkMs: number;
}

export interface PlannedSession {
  /** The thread. */
  readonly id: string;
  /** Pause between the moment a place is free and the first message, in ms. */
  readonly startOffsetMs: number;
  readonly turns: readonly UserTurn[];
}

export interface TurnOutcome {
  readonly session: string;
  /** From 1. */
  readonly turn: number;
  /** What the application answered. */
  readonly reply: string;
}

export interface SessionsRun {
  /** Turns answered. */
  readonly turns: number;
  /** A failed turn ends its session and no other. */
  readonly failures: readonly { readonly session: string; readonly error: unknown }[];
}

interface RunSessionsOptions {
  readonly sessions: readonly PlannedSession[];
  /** Sessions under way at once, at least 1. */
  readonly concurrency: number;
  /** Sends one message of the user and resolves with the answer. */
  readonly answer: (
    message: { readonly session: string; readonly turn: number; readonly text: string },
    signal: AbortSignal | undefined,
  ) => Promise<string>;
  readonly signal?: AbortSignal | undefined;
  /** How users let time pass; real time by default. */
  readonly wait?: Wait | undefined;
  /** After the last turn of a session, and after a failure that ends it early. */
  readonly onSessionEnd?: ((session: string) => void) | undefined;
  readonly onTurn?: ((outcome: TurnOutcome) => void) | undefined;
}

/**
 * Lets planned users talk to an application, at most `concurrency` at once: when one leaves, the next planned one comes
 * (a closed loop). After an abort the turns under way are broken off, nobody else is let in, and the run resolves with
 * what was answered; sessions cut short are no failures.
 * @throws {RangeError} when `concurrency` is not a whole number of at least 1
 */
export async function runSessions({
  sessions,
  concurrency,
  answer,
  signal,
  wait = waitInRealTime,
  onSessionEnd,
  onTurn,
}: RunSessionsOptions): Promise<SessionsRun> {
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new RangeError(`concurrency is ${concurrency}`);
  }
  const waiting = sessions.values();
  const failures: { session: string; error: unknown }[] = [];
  let turns = 0;

  async function serve({ id, startOffsetMs, turns: planned }: PlannedSession): Promise<void> {
    await wait(startOffsetMs, signal);
    for (const [index, { text, thinkMs }] of planned.entries()) {
      if (index > 0) await wait(thinkMs, signal);
      signal?.throwIfAborted();
      const turn = index + 1;
      const reply = await answer({ session: id, turn, text }, signal);
      turns += 1;
      onTurn?.({ session: id, turn, reply });
    }
  }

  async function place(): Promise<void> {
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

  await Promise.all(Array.from({ length: Math.min(concurrency, sessions.length) }, place));
  return { turns, failures };
}
