import { createCallAgent as createAgentCaller } from '@entresol/example-load';
import type { CallAgent as AgentCaller, ToolModel } from '@entresol/example-load';
import type { StructuredToolInterface } from '@langchain/core/tools';
import type { DeskMoment, Director } from './director.ts';
import { rolePrompts } from './role-prompts.ts';

export type DeskModel = ToolModel;
export type CallAgent = AgentCaller<DeskMoment>;

/** Calls the model with each agent's own instructions, tools and reply length. */
export function createCallAgent(options: {
  readonly model: DeskModel;
  readonly director: Director;
  readonly toolsOf: (agent: string) => readonly StructuredToolInterface[];
}): CallAgent {
  const { model, director, toolsOf } = options;
  return createAgentCaller<DeskMoment>({
    model,
    toolsOf,
    maxTokens: (moment) => director.maxTokens(moment),
    rolePrompt: ({ agent }) => rolePrompts[agent],
  });
}
