export { embedded } from './embedded.ts';
export type { EmbeddedEngine } from './embedded.ts';
export type { EmbeddedInfo, EmbeddedOptions, EmbeddedStats, Gpu, Management } from './options.ts';
export { ensureRandomModel } from './model/random-model.ts';
export type { RandomModelSize } from './model/random-weights.ts';
