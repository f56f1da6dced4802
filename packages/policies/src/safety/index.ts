export { safety } from './safety.ts';
export type { SafetyPolicy, SafetyRecord } from './safety.ts';
export type { Budget, SafetyOptions } from './options.ts';
