/** Every agent of the swarm, by its name. */
export const helperAgents = [
  'guide',
  'navigator',
  'debugger',
  'refactorer',
  'tester',
  'reviewer',
] as const;

export type HelperAgent = (typeof helperAgents)[number];

/** The colleagues an agent may hand the conversation to. */
export const handoffs: Readonly<Record<HelperAgent, readonly HelperAgent[]>> = {
  guide: ['navigator', 'debugger', 'refactorer', 'tester', 'reviewer'],
  navigator: ['debugger', 'refactorer'],
  debugger: ['tester', 'refactorer', 'navigator'],
  refactorer: ['reviewer', 'tester'],
  tester: ['debugger', 'reviewer'],
  reviewer: ['refactorer', 'guide'],
};

const handoffPrefix = 'transfer_to_';

/** Name of the tool that hands over to an agent, as langgraph-swarm makes it. */
export function handoffTool(agent: HelperAgent): string {
  return `${handoffPrefix}${agent}`;
}

export function isHandoff(tool: string): boolean {
  return tool.startsWith(handoffPrefix);
}
