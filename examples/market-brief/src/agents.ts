/** Agents that call the model, in the order in which a question reaches them. */
export const briefAgents = [
  'scoper',
  'demand-analyst',
  'supply-analyst',
  'risk-analyst',
  'writer',
  'reviewer',
  'editor',
] as const;

export type BriefAgent = (typeof briefAgents)[number];

export type Analyst = Extract<BriefAgent, `${string}-analyst`>;
