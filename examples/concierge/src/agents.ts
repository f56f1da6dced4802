/** Agents that call the model: the concierge, the three who work for it, and the one inside its workflow. */
export const conciergeAgents = ['concierge', 'dining', 'outings', 'house', 'dispatcher'] as const;

export type ConciergeAgent = (typeof conciergeAgents)[number];

/** Whom the concierge delegates to. */
export type Helper = Extract<ConciergeAgent, 'dining' | 'outings' | 'house'>;
