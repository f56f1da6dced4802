import type { AgentModels } from '@entresol/example-load/mastra';
import { Agent } from '@mastra/core/agent';
import type { Analyst, BriefAgent } from './agents.ts';
import { rolePrompts } from './role-prompts.ts';
import type { BriefTools } from './tools.ts';

/** Calls of the model in one visit of an analyst: two rounds of tools and the answer. */
const maxAnalystSteps = 3;

/** One Mastra agent for every role, with its own instructions, model and tools. */
export function createBriefAgents(
  models: AgentModels,
  tools: BriefTools,
): Readonly<Record<BriefAgent, Agent>> {
  const plain = (id: BriefAgent): Agent =>
    new Agent({ id, name: id, instructions: rolePrompts[id], model: models(id) });
  const analyst = (id: Analyst): Agent =>
    new Agent({
      id,
      name: id,
      instructions: rolePrompts[id],
      model: models(id),
      tools: tools[id],
      defaultOptions: { maxSteps: maxAnalystSteps },
    });
  return {
    scoper: plain('scoper'),
    'demand-analyst': analyst('demand-analyst'),
    'supply-analyst': analyst('supply-analyst'),
    'risk-analyst': analyst('risk-analyst'),
    writer: plain('writer'),
    reviewer: plain('reviewer'),
    editor: plain('editor'),
  };
}
