import type { Stage } from './stage.ts';

/** The columns of the table. */
export const checks = ['observed', 'attributed', 'enriched', 'results unchanged'] as const;
export type Check = (typeof checks)[number];

/**
 * One way to build or run a graph, and what must be seen of it. It is run twice, attached and not; each check is a test
 * of its own.
 */
export interface Shape {
  readonly name: string;
  /** Builds the app anew, shows it to the stage and runs it; what it returns or throws is the result of the app. */
  readonly run: (stage: Stage) => Promise<unknown>;
  /**
   * In order of start: `agent in holder <- cause + cause (end)`. The second dispatch of an agent is `agent#2`; the end is
   * left out when it is `done`.
   */
  readonly dispatches: readonly string[];
  /** In any order: `prompt: agent @session <- prompt of the call before x attempts`; the session is left out when it is `T`. */
  readonly calls: readonly string[];
  /** `start T` and `pause T` unless said otherwise. Sessions without a thread are `run#1`, `run#2`, … */
  readonly sessions?: readonly string[];
  /** Checks that fail, and why. A gap that has closed fails its test, as does one that nobody declared. */
  readonly gaps?: Partial<Record<Check, string>>;
  /** What a reader of the table should know. */
  readonly note?: string;
}

export interface ShapeGroup {
  readonly title: string;
  readonly shapes: readonly Shape[];
}
