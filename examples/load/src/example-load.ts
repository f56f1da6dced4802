import type { PromptHabits } from './prompt-habits.ts';
import type { SessionsRun, TurnOutcome } from './run-sessions.ts';
import type { Wait } from './wait.ts';

/** An OpenAI-compatible API. */
export interface ExampleClient {
  /** With its `/v1`. */
  readonly baseURL: string;
  readonly apiKey: string;
  readonly fetch?: typeof globalThis.fetch;
  /** Model as the server knows it. */
  readonly model: string;
  /** What the app does to its prompts at every call; nothing by default. */
  readonly habits?: PromptHabits;
}

export interface ExampleLoadOptions {
  readonly client: ExampleClient;
  readonly seed: number;
  /** Sessions in all. */
  readonly sessions: number;
  /** Sessions under way at once, at least 1. */
  readonly concurrency: number;
  /** Factor on every pause of the users, 0 = none. */
  readonly thinkScale: number;
  /**
   * `script`: the seed decides routes, tool calls and texts, so that every run sends the same prompts byte for byte;
   * `model`: the model is taken at its word.
   */
  readonly director: 'script' | 'model';
  /** How users and tools let time pass; real time by default. */
  readonly wait?: Wait;
}

/** An example application with its users: what a benchmark runs without knowing what the application does. */
export interface ExampleLoad {
  /** The compiled graph, or the agent, that the users talk to. */
  readonly app: object;
  /** Agents that call the model. */
  readonly agents: number;
  /** Turns that are planned. */
  readonly turns: number;
  /** Lets all planned users come; a failed turn ends its session and no other. */
  run(options: {
    readonly signal?: AbortSignal;
    /** An agent is about to ask the model. */
    readonly onCall?: (agent: string) => void;
    readonly onTurn?: (turn: TurnOutcome) => void;
    /** After the last turn of a session, and after a failure that ends it early. */
    readonly onSessionEnd?: (session: string) => void;
  }): Promise<SessionsRun>;
}
