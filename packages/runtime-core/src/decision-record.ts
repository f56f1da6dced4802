import type { VictimCandidate } from './engine-driver.ts';
import type { PrefixLife } from './directives.ts';
import type { RuntimeEvent } from './events.ts';
import type { EvictionOrder } from './eviction-order.ts';
import type { Touch } from './held-values.ts';
import type {
  AgentId,
  CacheScope,
  EndpointId,
  Milliseconds,
  PrefixRef,
  SessionId,
} from './identities.ts';
import type { Intent } from './intents.ts';
import { planLives } from './life-planner.ts';
import type { BackgroundOccasion, Policy, PolicyContext, PolicyMode, Worth } from './policy.ts';
import { PolicyHost } from './policy-host.ts';
import type { CostModel } from './residency.ts';
import { planPushes, type PushPlan } from './push-planner.ts';
import { rankVictims } from './retention-planner.ts';
import { planTouches } from './touch-planner.ts';

/** An answer of the world that a decision rested on: the question and the reply as JSON text. */
export type Answer = readonly [question: string, reply: string];

/** Something that policies decided, with everything it rested on. */
export type Decision =
  | {
      readonly type: 'rank';
      readonly atMs: Milliseconds;
      readonly candidates: readonly VictimCandidate[];
      readonly answers: readonly Answer[];
      readonly order: readonly number[];
    }
  | {
      readonly type: 'background';
      readonly atMs: Milliseconds;
      readonly occasion: BackgroundOccasion;
      /** What a policy without a mode of its own did then. */
      readonly mode: PolicyMode;
      readonly answers: readonly Answer[];
      readonly intents: readonly Intent[];
    }
  | {
      readonly type: 'worth';
      readonly atMs: Milliseconds;
      readonly prefix: PrefixRef;
      readonly horizonMs: Milliseconds;
      readonly answers: readonly Answer[];
      readonly worth: Worth | null;
    }
  | {
      readonly type: 'touches';
      readonly atMs: Milliseconds;
      readonly order: EvictionOrder;
      /** Tokens for which room was to be made. */
      readonly roomTokens: number;
      readonly answers: readonly Answer[];
      /** In the order in which they are sent. */
      readonly touches: readonly Touch[];
    }
  | {
      readonly type: 'pushes';
      readonly atMs: Milliseconds;
      readonly order: EvictionOrder;
      /** Tokens for which room was to be made. */
      readonly roomTokens: number;
      readonly answers: readonly Answer[];
      readonly plan: PushPlan;
    }
  | {
      readonly type: 'lives';
      readonly atMs: Milliseconds;
      readonly prefixes: readonly PrefixRef[];
      readonly answers: readonly Answer[];
      readonly lives: readonly PrefixLife[];
    };

/** One line of a recording. Plain JSON; never text of a prompt. */
export type RuntimeRecord =
  | {
      readonly kind: 'event';
      readonly event: RuntimeEvent;
      /** What policies asked while they heard it; absent when nothing was asked. */
      readonly answers?: readonly Answer[];
    }
  | { readonly kind: 'decision'; readonly decision: Decision };

/** The part of a context that comes from outside the policies: engine, cost and prompt memory. */
export type World = Pick<PolicyContext, 'residency' | 'cost' | 'load' | 'nextPrefix'>;

/** Wraps a world so that every answer it gives is written down once. */
export function recordingWorld(world: World): {
  readonly world: World;
  readonly answers: Answer[];
} {
  const answers: Answer[] = [];
  const asked = new Set<string>();
  const note = <T>(question: string, reply: T): T => {
    if (!asked.has(question)) {
      asked.add(question);
      answers.push([question, JSON.stringify(reply ?? null)]);
    }
    return reply;
  };
  return {
    answers,
    world: {
      residency: {
        of: (prefix) => note(residencyQuestion(prefix), world.residency.of(prefix)),
      },
      cost: (scope) => {
        const model = world.cost(scope);
        const { money } = model;
        return {
          computeMs: (from, to) =>
            note(costQuestion(scope, 'compute', from, to), model.computeMs(from, to)),
          loadMs: (tokens, tier) =>
            note(costQuestion(scope, 'load', tokens, tier), model.loadMs(tokens, tier)),
          footprintBytes: (tokens) =>
            note(costQuestion(scope, 'bytes', tokens), model.footprintBytes(tokens)),
          ...(money === undefined ? {} : { money: note(costQuestion(scope, 'money'), money) }),
        };
      },
      load: (endpoint) => note(loadQuestion(endpoint), world.load(endpoint)),
      nextPrefix: (agent, session) =>
        note(nextQuestion(agent, session), world.nextPrefix(agent, session)),
    },
  };
}

/** The world as it was when a decision was made. Throws on a question that was not asked then. */
function recalledWorld(answers: readonly Answer[]): World {
  const replies = new Map(answers);
  const recall = (question: string): string => {
    const reply = replies.get(question);
    if (reply === undefined) throw new Error(`the recording has no answer to ${question}`);
    return reply;
  };
  return {
    residency: {
      of: (prefix) => JSON.parse(recall(residencyQuestion(prefix))),
    },
    cost: (scope): CostModel => {
      const money = replies.get(costQuestion(scope, 'money'));
      return {
        computeMs: (from, to) => JSON.parse(recall(costQuestion(scope, 'compute', from, to))),
        loadMs: (tokens, tier) => JSON.parse(recall(costQuestion(scope, 'load', tokens, tier))),
        footprintBytes: (tokens) => JSON.parse(recall(costQuestion(scope, 'bytes', tokens))),
        ...(money === undefined ? {} : { money: JSON.parse(money) }),
      };
    },
    load: (endpoint) => JSON.parse(recall(loadQuestion(endpoint))),
    nextPrefix: (agent, session) => JSON.parse(recall(nextQuestion(agent, session))) ?? undefined,
  };
}

const residencyQuestion = (prefix: PrefixRef): string => `residency ${prefix.id}`;
const loadQuestion = (endpoint: EndpointId): string => `load ${endpoint}`;
const nextQuestion = (agent: AgentId, session: SessionId): string => `next ${agent} ${session}`;
const costQuestion = (scope: CacheScope, ...parts: readonly (string | number)[]): string =>
  `cost ${scope.endpoint} ${scope.model} ${scope.namespace} ${parts.join(' ')}`;

/** A context over a world for policies that are asked outside a runtime. */
export function contextOver(host: PolicyHost, world: World, nowMs: Milliseconds): PolicyContext {
  const context: PolicyContext = {
    nowMs,
    ...world,
    nextAgent: (query) => host.nextAgent(query, context),
    worth: (prefix, horizonMs) => host.worth(prefix, horizonMs, context),
  };
  return context;
}

/** A decision that came out otherwise than recorded. */
export interface Divergence {
  readonly line: number;
  readonly recorded: Decision;
  readonly replayed: unknown;
}

/**
 * Feeds a recording to fresh policies and makes every recorded decision again.
 *
 * @returns how many decisions were made again, and those that differ (none, when the policies are deterministic)
 */
export function replayDecisions(
  records: Iterable<RuntimeRecord>,
  policies: readonly Policy[],
): {
  readonly events: number;
  readonly decisions: number;
  readonly divergences: readonly Divergence[];
} {
  const host = new PolicyHost(policies);
  const divergences: Divergence[] = [];
  let events = 0;
  let decisions = 0;
  let line = 0;
  for (const record of records) {
    line += 1;
    if (record.kind === 'event') {
      events += 1;
      const { event } = record;
      host.observe(event, contextOver(host, recalledWorld(record.answers ?? []), event.atMs));
      continue;
    }
    decisions += 1;
    const { decision } = record;
    const world = recalledWorld(decision.answers);
    const context = contextOver(host, world, decision.atMs);
    const [replayed, recorded] = decideAgain(decision, host, context);
    if (JSON.stringify(replayed) !== JSON.stringify(recorded)) {
      divergences.push({ line, recorded: decision, replayed });
    }
  }
  return { events, decisions, divergences };
}

function decideAgain(
  decision: Decision,
  host: PolicyHost,
  context: PolicyContext,
): readonly [replayed: unknown, recorded: unknown] {
  switch (decision.type) {
    case 'rank':
      return [rankVictims(decision.candidates, context), decision.order];
    case 'background': {
      const wishes = host.background(decision.occasion, context, decision.mode);
      return [wishes.map(({ wish }) => wish), decision.intents];
    }
    case 'worth':
      return [context.worth(decision.prefix, decision.horizonMs) ?? null, decision.worth];
    case 'touches':
      return [planTouches(decision.order, decision.roomTokens, context), decision.touches];
    case 'pushes':
      return [planPushes(decision.order, decision.roomTokens, context), decision.plan];
    case 'lives':
      return [planLives(decision.prefixes, context, host), decision.lives];
    default:
      return unreachable(decision);
  }
}

function unreachable(value: never): never {
  throw new TypeError(`unhandled decision: ${JSON.stringify(value)}`);
}
