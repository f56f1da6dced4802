export type { AgentModels } from './agent-models.ts';
export { createAgentModels } from './agent-models.ts';
export type { AskedPrompt } from './asked-prompt.ts';
export { createChatLoad } from './chat-load.ts';
export type { ChatApp, ChatExample, ChatLine } from './chat-load.ts';
export type { Direction, Director, ScriptedReply } from './directed-model.ts';
export { nestedStep } from './nested-step.ts';
export { toolLatency } from './tool-latency.ts';
