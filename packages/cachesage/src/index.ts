export { cacheSage } from './cache-sage.ts';
export type { CacheSageOptions, CacheSagePolicy } from './cache-sage.ts';
export type { Calibration } from './calibration.ts';
export type { PriorSource } from './event-observer.ts';
export type { PrefetchOptions } from './prefetch/planner.ts';
