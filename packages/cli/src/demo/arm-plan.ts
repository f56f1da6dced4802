/** One way to run the same prompts. Order is the order of running and of every table. */
export const armNames = ['unmodified', 'fair', 'cachesage', 'bare'] as const;
export type ArmName = (typeof armNames)[number];

/** What differs between arms; everything else is the same by construction. */
export interface ArmPlan {
  /** Who chooses slots: the way `llama-server` does it, or the runtime. */
  readonly management: 'llama-server' | 'runtime';
  readonly secondTier: boolean;
  /** The LangGraph app is attached and CacheSage is on. */
  readonly cacheSage: boolean;
  readonly description: string;
}

export const armPlans: Readonly<Record<ArmName, ArmPlan>> = {
  unmodified: {
    management: 'llama-server',
    secondTier: true,
    cacheSage: false,
    description:
      'Requests as the app wrote them; slots and the second tier are managed the way llama-server does it.',
  },
  fair: {
    management: 'runtime',
    secondTier: true,
    cacheSage: false,
    description:
      'Same slots and second tier, one saved role state per agent, least recently used goes first; no prediction, no prefetch.',
  },
  cachesage: {
    management: 'runtime',
    secondTier: true,
    cacheSage: true,
    description:
      'Same slots and second tier, kept and prefetched by what CacheSage learns from the attached graph; the app says when a customer is gone.',
  },
  bare: {
    management: 'llama-server',
    secondTier: false,
    cacheSage: false,
    description: "llama-server's choice of slots without a second tier.",
  },
};

/** Said of the one arm that runs against someone else's server. */
export const serverArmDescription =
  'Requests as the app wrote them, sent to the given server; cached tokens are what the server reported.';
