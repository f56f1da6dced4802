/** Nodes that call the model, by their path from the root graph. */
export const deskAgents = [
  'triage',
  'orders',
  'billing',
  'technical',
  'returns',
  'searcher',
  'digest',
  'reply/draft',
  'reply/review',
] as const;

export type DeskAgent = (typeof deskAgents)[number];

export const specialists = ['orders', 'billing', 'technical', 'returns'] as const;

/** A department with tools of its own. */
export type Specialist = (typeof specialists)[number];

export const deskRoutes = [
  'orders',
  'billing',
  'technical',
  'returns',
  'research',
  'reply',
] as const;

/** Where triage may send a conversation next. */
export type DeskRoute = (typeof deskRoutes)[number];

export interface DeskTopologyFacts {
  /** Every node that calls the model. */
  readonly agents: readonly DeskAgent[];
  /** Every edge as [from, to], `reply` taken as the subgraph it is. */
  readonly edges: readonly (readonly [from: string, to: string])[];
}

/** What a reader of the compiled graph should find in it. */
export const deskTopologyFacts: DeskTopologyFacts = {
  agents: deskAgents,
  edges: [
    ['__start__', 'triage'],
    ...deskRoutes.map((route) => ['triage', route] as const),
    ...specialists.map((specialist) => [specialist, 'triage'] as const),
    ['research', 'searcher'],
    ['searcher', 'digest'],
    ['digest', 'triage'],
    ['reply', '__end__'],
    ['reply/__start__', 'reply/draft'],
    ['reply/draft', 'reply/review'],
    ['reply/review', 'reply/draft'],
    ['reply/review', 'reply/__end__'],
  ],
};
