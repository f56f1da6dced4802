/** One way to run the same prompts. Order is the order of running and of every table. */
export const armNames = [
  'unmodified',
  'fair',
  'cachesage',
  'cachesage-noprefetch',
  'bare',
  'oracle',
] as const;
export type ArmName = (typeof armNames)[number];

/** Arms that need nothing from another one. */
export const demoArmNames = ['unmodified', 'fair', 'cachesage', 'bare'] as const;

/** What differs between arms; everything else is the same by construction. */
export interface ArmPlan {
  /** Who chooses slots: the way `llama-server` does it, or the runtime. */
  readonly management: 'llama-server' | 'runtime';
  readonly secondTier: boolean;
  /** Who orders what is kept; with a policy the app is attached. */
  readonly policy: 'none' | 'cachesage' | 'cachesage-noprefetch' | 'oracle';
  readonly description: string;
}

export const armPlans: Readonly<Record<ArmName, ArmPlan>> = {
  unmodified: {
    management: 'llama-server',
    secondTier: true,
    policy: 'none',
    description:
      'Requests as the app wrote them; slots and the second tier are managed the way llama-server does it.',
  },
  fair: {
    management: 'runtime',
    secondTier: true,
    policy: 'none',
    description:
      'Same slots and second tier, one saved role state per agent, least recently used goes first; no prediction, no prefetch.',
  },
  cachesage: {
    management: 'runtime',
    secondTier: true,
    policy: 'cachesage',
    description:
      'Same slots and second tier, kept and prefetched by what CacheSage learns from the attached graph; the app says when a customer is gone.',
  },
  'cachesage-noprefetch': {
    management: 'runtime',
    secondTier: true,
    policy: 'cachesage-noprefetch',
    description: 'As cachesage, with nothing brought up between steps: what ranking alone does.',
  },
  bare: {
    management: 'llama-server',
    secondTier: false,
    policy: 'none',
    description: "llama-server's choice of slots without a second tier.",
  },
  oracle: {
    management: 'runtime',
    secondTier: true,
    policy: 'oracle',
    description:
      'Same slots and second tier, ranked by the requests to come of each session, known in advance; how sessions interleave is not known, and nothing is prefetched: what ranking could do.',
  },
};

/** Said of the one arm that runs against someone else's server. */
export const serverArmDescription =
  'Requests as the app wrote them, sent to the given server; cached tokens are what the server reported.';
