import type { AdapterHost, AgentId, Attachment, Transport } from '@entresol/runtime-core';

/**
 * The small apps that every framework can build. An agent's system message is `You are <role>.`, and it is asked with the
 * prompt of the run or with what the agents before it have said, so that a label in the prompt reaches all of them.
 *
 * - `sequence`: `first`, then `second`.
 * - `quiet`: `first`, then a step that asks no model, then `second`.
 * - `parallel`: `left` and `right` side by side, then `writer`.
 * - `loop`: `drafter`, again and again until it says `final`.
 * - `tool`: `solo` with the tool `lookup`.
 * - `delegation`: `lead`, which asks `worker` by a tool.
 * - `suspend`: `asker`, then a person, then `finisher`.
 */
export const appNames = [
  'sequence',
  'quiet',
  'parallel',
  'loop',
  'tool',
  'delegation',
  'suspend',
] as const;
export type AppName = (typeof appNames)[number];

/** Whole replies or streamed ones, as the framework lets an app ask for them. */
export type Mode = 'whole' | 'stream';

export interface RunInput {
  readonly prompt: string;
  readonly mode: Mode;
  /** Id of the session, said as the framework says it; without one the run has a session of its own. */
  readonly session?: string;
  readonly signal?: AbortSignal;
  /** Goes on with the run of the session that was suspended. */
  readonly resume?: boolean;
  /** What whoever resumes it says to a policy that wanted the user asked; undefined = the app itself had stopped. */
  readonly answer?: boolean;
}

export interface BuiltApp {
  /** What `attach` takes. */
  readonly app: object;
  /** Everything of the app that an adapter could change: it must be as before after `detach`. */
  readonly parts: readonly object[];
  /** Runs it to its end, as a user of the framework would. What it returns is compared between runs: no ids, no times. */
  readonly run: (input: RunInput) => Promise<unknown>;
}

export interface BuildOptions {
  /** Where the model of the app sends its requests. */
  readonly client: Transport;
  /** How often the framework tries a failed request of a model again; 0 unless said otherwise. */
  readonly retries: number;
  /** Must a run of a session that is suspended by a policy be kept? */
  readonly resumable: boolean;
}

/** A framework and its adapter, as the suite drives them. */
export interface FrameworkSubject {
  readonly name: string;
  /** What `attach` of the adapter is. */
  attach(app: object, runtime: AdapterHost): Attachment;
  /** A new app each time. */
  build(app: AppName, options: BuildOptions): BuiltApp;
  /** The path of each agent in the topology, by app and role. */
  readonly paths: Readonly<Record<AppName, Readonly<Record<string, AgentId>>>>;
  /** Cases that cannot pass, by name, and why. One that passes all the same fails its test. */
  readonly gaps?: Readonly<Record<string, string>>;
}
