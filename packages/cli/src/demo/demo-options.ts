import type { ExampleLoadOptions } from '@entresol/example-load';
import type { ArmName } from './arm-plan.ts';
import type { GraphName } from './example-names.ts';
import type { Load } from './sizing.ts';

/** What `entresol demo` was asked to do, checked and complete. */
export interface DemoOptions {
  /** One after the other; at least one. */
  readonly graphs: readonly GraphName[];
  readonly load: Load;
  readonly quick: boolean;
  readonly json: boolean;
  readonly color: boolean;
  readonly arms: readonly ArmName[];
  readonly seed: number;
  readonly sessions: number;
  readonly concurrency: number;
  readonly thinkScale: number;
  readonly slots: number;
  readonly contextTokens: number;
  readonly tierBytes: number;
  /** GGUF file. */
  readonly modelPath?: string;
  /** Base of an OpenAI-compatible API, `/v1` included. */
  readonly serverURL?: string;
  readonly recordPath?: string;
  /** Who leads the conversations; absent = a script where the weights are random, the model otherwise. */
  readonly director?: ExampleLoadOptions['director'];
}
