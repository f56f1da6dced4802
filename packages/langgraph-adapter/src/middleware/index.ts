export { agentRuntimeMiddleware } from './agent-runtime-middleware.ts';
export type { AgentRuntimeMiddlewareConfig } from './agent-runtime-middleware.ts';
