export { batchShaping } from './batch-shaping.ts';
export type { BatchShaping, BatchShapingFigures } from './batch-shaping.ts';
export type { LeaderFigures } from './leaders.ts';
export type { BatchShapingOptions, LeaderOptions } from './options.ts';
