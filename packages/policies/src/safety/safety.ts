import type {
  AgentId,
  Directive,
  InlineOccasion,
  Milliseconds,
  Policy,
  RuntimeEvent,
  SessionId,
} from '@entresol/runtime-core';
import { AllowedSteps } from './allowed-steps.ts';
import { Budgets } from './budgets.ts';
import { checkOptions } from './options.ts';
import type { SafetyOptions } from './options.ts';
import { RepeatedCalls } from './repeated-calls.ts';

/** One thing that was refused or asked about. */
export interface SafetyRecord {
  readonly atMs: Milliseconds;
  readonly session: SessionId;
  readonly agent: AgentId;
  readonly what: InlineOccasion['type'];
  readonly how: 'reject' | 'approve';
  readonly reason: string;
}

/** What the policy has decided since it was made. */
export interface SafetyFigures {
  readonly rejected: number;
  readonly asked: number;
  /** Times that the budget store failed. */
  readonly storeFailures: number;
}

export interface SafetyPolicy extends Policy {
  /** The newest 1 000, oldest first. */
  audit(): readonly SafetyRecord[];
  figures(): SafetyFigures;
}

const recordsKept = 1_000;

/**
 * Refuses what an agent may not do, before it happens. Fails closed.
 *
 * @throws {RangeError} naming the option that is out of range
 */
export function safety(options: SafetyOptions): SafetyPolicy {
  checkOptions(options);
  const { sameToolCalls } = options;
  const tools = options.tools && new Map(Object.entries(options.tools));
  const steps = options.transitions && new AllowedSteps(options.transitions);
  const budgets = new Budgets(options);
  const repeats = new RepeatedCalls();
  const records: SafetyRecord[] = [];
  const figures = { rejected: 0, asked: 0 };

  const refusal = (occasion: InlineOccasion, nowMs: Milliseconds): string | undefined => {
    const { session } = occasion.type === 'request' ? occasion.draft : occasion;
    const late = budgets.late(session, nowMs);
    if (late !== undefined) return late;
    if (occasion.type === 'request') return budgets.reserve(occasion.draft, nowMs);
    if (occasion.type === 'transition') {
      const { from, to } = occasion;
      if (steps !== undefined && from !== undefined && !steps.allows(session, from, to)) {
        return `no step from ${from} to ${to} is allowed`;
      }
      return budgets.step(session, to, nowMs);
    }
    const { agent, tool, args } = occasion;
    if (tools !== undefined && tools.get(agent)?.includes(tool) !== true) {
      return `${agent} may not call ${tool}`;
    }
    if (sameToolCalls !== undefined && repeats.count(session, agent, tool, args) > sameToolCalls) {
      return `${tool} was called with the same arguments ${sameToolCalls} times; use what it answered or try another way`;
    }
    return undefined;
  };
  const record = (
    occasion: InlineOccasion,
    said: Pick<SafetyRecord, 'atMs' | 'how' | 'reason'>,
  ): void => {
    const { session } = occasion.type === 'request' ? occasion.draft : occasion;
    records.push({ ...said, session, agent: agentOf(occasion), what: occasion.type });
    if (records.length > recordsKept) records.shift();
  };

  return {
    name: 'safety',
    interference: 'none',
    failure: 'closed',
    observe(event: RuntimeEvent) {
      budgets.observe(event);
      steps?.observe(event);
      repeats.observe(event);
    },
    act: {
      inline(occasion, { nowMs }): readonly Directive[] {
        const reason = refusal(occasion, nowMs);
        if (reason !== undefined) {
          figures.rejected += 1;
          record(occasion, { atMs: nowMs, how: 'reject', reason });
          return [{ kind: 'reject', reason }];
        }
        if (occasion.type !== 'tool' || options.approve?.includes(occasion.tool) !== true) {
          return [];
        }
        figures.asked += 1;
        const question = `may ${occasion.agent} call ${occasion.tool}?`;
        record(occasion, { atMs: nowMs, how: 'approve', reason: question });
        return [{ kind: 'approve', question }];
      },
    },
    // Only practice is learned; a list and a graph are known again at every start.
    ...(steps !== undefined && options.transitions?.from === 'practice'
      ? { state: { version: 1, save: () => steps.save(), load: (saved) => steps.load(saved) } }
      : {}),
    audit: () => [...records],
    figures: () => ({ ...figures, storeFailures: budgets.failures }),
  };
}

function agentOf(occasion: InlineOccasion): AgentId {
  if (occasion.type === 'request') return occasion.draft.agent;
  return occasion.type === 'tool' ? occasion.agent : (occasion.from ?? occasion.to);
}
