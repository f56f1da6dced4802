export { vllm } from './vllm.ts';
export type { VLLMEngine, VLLMOptions } from './vllm.ts';
export type { CallStats } from '../http/call-counters.ts';
export type { CachingServerInfo } from '../http/caching-server.ts';
