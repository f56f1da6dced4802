export { cacheSage } from './cache-sage.ts';
export type { CacheSagePolicy } from './cache-sage.ts';
export type { CacheSageOptions } from './options.ts';
export type { Calibration } from './calibration.ts';
export { estimatorParts } from './estimator-parts.ts';
export type { EstimatorPart } from './estimator-parts.ts';
export type { Foresight } from './markov/foreseen-passage.ts';
export type { PriorSource } from './event-observer.ts';
export type { PrefetchOptions } from './prefetch/planner.ts';
