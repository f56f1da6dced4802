import type { Gpu, RandomModelSize } from '@entresol/engines/embedded';
import type { ArmName } from '../demo/arm-plan.ts';
import type { FrameworkChoice, GraphName } from '../demo/example-names.ts';
import type { Load } from '../demo/sizing.ts';
import type { TierSpeed } from './bench-options.ts';

/** The flags of `bench:engine` as commander hands them over, each checked by itself. */
export interface GivenOptions {
  readonly json?: true;
  readonly color: boolean;
  readonly framework?: FrameworkChoice;
  readonly graph?: readonly GraphName[];
  readonly traces?: string | true;
  readonly workloads?: readonly string[];
  readonly calls?: number;
  readonly capacity?: number;
  readonly load?: Load | 'both';
  readonly repeats: number;
  readonly minutes?: number;
  readonly seed: number;
  readonly sessions?: number;
  readonly concurrency?: number;
  readonly slots?: number;
  readonly tierMib?: number;
  readonly tierMbps?: TierSpeed;
  readonly sweep?: true;
  readonly arms?: readonly ArmName[];
  readonly model?: string;
  readonly randomModel?: RandomModelSize;
  readonly gpu?: Gpu;
  readonly promptTokens?: number;
  readonly contextTokens: number;
  readonly director: 'script' | 'model';
  readonly prior?: true;
  readonly out?: string;
  readonly resume?: true;
}
