export { llamaServer } from './llama-server.ts';
export type { LlamaServerEngine } from './llama-server.ts';
export type { LlamaServerInfo, LlamaServerOptions } from './options.ts';
