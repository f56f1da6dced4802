export { sglang } from './sglang.ts';
export type { SGLangEngine, SGLangOptions } from './sglang.ts';
export type { CallStats } from '../http/call-counters.ts';
export type { CachingServerInfo } from '../http/caching-server.ts';
