import { batchLeaderMeasurements } from './batch-leader.ts';
import { batchOrderMeasurements } from './batch-order.ts';
import { batchOrderOnEngine } from './batch-order-engine.ts';
import type { BenchSize } from './bench-size.ts';
import { fairnessMeasurements } from './fairness.ts';
import type { PolicyMeasurement } from './policy-measurement.ts';
import { prefixLayoutMeasurements } from './prefix-layout.ts';
import { safetyMeasurements } from './safety.ts';
import { togetherMeasurements } from './together.ts';
import { toolMemoMeasurements } from './tool-memo.ts';

/** Everything that `bench:policies` measures, in the order in which it is printed. */
const registry: readonly ((size: BenchSize) => readonly PolicyMeasurement[])[] = [
  prefixLayoutMeasurements,
  batchOrderMeasurements,
  batchOrderOnEngine,
  batchLeaderMeasurements,
  fairnessMeasurements,
  toolMemoMeasurements,
  safetyMeasurements,
  togetherMeasurements,
];

export const measurementsOf = (size: BenchSize): readonly PolicyMeasurement[] =>
  registry.flatMap((measurements) => measurements(size));
