export { embedded } from './embedded.ts';
export type { EmbeddedEngine } from './embedded.ts';
export type { EmbeddedInfo, EmbeddedOptions, EmbeddedStats, Management } from './options.ts';
