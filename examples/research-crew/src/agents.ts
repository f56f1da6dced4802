/** Nodes that call the model, by their path from the root graph. */
export const crewAgents = [
  'router',
  'planner',
  'searcher',
  'fact-checker',
  'report/writer',
  'report/critic',
  'editor',
] as const;

export type CrewAgent = (typeof crewAgents)[number];
