import type {
  AgentId,
  Directive,
  InlineOccasion,
  Milliseconds,
  Policy,
  RuntimeEvent,
  SessionId,
} from '@entresol/runtime-core';
import canonicalize from 'canonicalize';
import { checkOptions } from './options.ts';
import type { SafetyOptions } from './options.ts';
import { SessionSpending } from './session-spending.ts';

/** One thing that was refused or asked about. */
export interface SafetyRecord {
  readonly atMs: Milliseconds;
  readonly session: SessionId;
  readonly agent: AgentId;
  readonly how: 'reject' | 'approve';
  readonly reason: string;
}

export interface SafetyPolicy extends Policy {
  /** The newest 1 000, oldest first. */
  audit(): readonly SafetyRecord[];
}

interface Repeats {
  readonly text: string;
  readonly count: number;
}

const recordsKept = 1_000;

/**
 * Refuses what an agent may not do, before it happens. Fails closed.
 *
 * @throws {RangeError} naming the option that is out of range
 */
export function safety(options: SafetyOptions): SafetyPolicy {
  checkOptions(options);
  const { sameToolCalls, perSession } = options;
  const tools = options.tools && new Map(Object.entries(options.tools));
  const transitions = options.transitions && new Map(Object.entries(options.transitions));
  const spending = new Map<SessionId, SessionSpending>();
  const repeats = new Map<SessionId, Map<AgentId, Repeats>>();
  const records: SafetyRecord[] = [];

  const repeated = (session: SessionId, agent: AgentId, tool: string, args: unknown): number => {
    const text = canonicalText(tool, args);
    // No canonical form: nobody can say that it is the same again.
    if (text === undefined) return 1;
    const ofSession = repeats.get(session) ?? new Map<AgentId, Repeats>();
    repeats.set(session, ofSession);
    const last = ofSession.get(agent);
    const count = last !== undefined && last.text === text ? last.count + 1 : 1;
    ofSession.set(agent, { text, count });
    return count;
  };
  const refusal = (occasion: InlineOccasion): string | undefined => {
    if (occasion.type === 'request') {
      if (perSession === undefined) return undefined;
      const { session, call, inputTokens } = occasion.draft;
      const spent = spending.get(session) ?? new SessionSpending();
      spending.set(session, spent);
      return spent.reserve(call, inputTokens, perSession);
    }
    if (occasion.type === 'transition') {
      const { from, to } = occasion;
      if (transitions === undefined || from === undefined) return undefined;
      return transitions.get(from)?.includes(to) === true
        ? undefined
        : `no step from ${from} to ${to} is allowed`;
    }
    const { session, agent, tool, args } = occasion;
    if (tools !== undefined && tools.get(agent)?.includes(tool) !== true) {
      return `${agent} may not call ${tool}`;
    }
    if (sameToolCalls !== undefined && repeated(session, agent, tool, args) > sameToolCalls) {
      return `${tool} was called with the same arguments ${sameToolCalls} times; use what it answered or try another way`;
    }
    return undefined;
  };

  return {
    name: 'safety',
    interference: 'none',
    failure: 'closed',
    observe(event: RuntimeEvent) {
      if (event.type === 'session-close') {
        spending.delete(event.session);
        repeats.delete(event.session);
      }
      if (event.type === 'call-end') spending.get(event.session)?.settle(event.call, event.usage);
      if (event.type === 'call-fail') spending.get(event.session)?.settle(event.call, undefined);
    },
    act: {
      inline(occasion, { nowMs }): readonly Directive[] {
        const { session } = occasion.type === 'request' ? occasion.draft : occasion;
        const record = (how: SafetyRecord['how'], reason: string): void => {
          records.push({ atMs: nowMs, session, agent: agentOf(occasion), how, reason });
          if (records.length > recordsKept) records.shift();
        };
        const reason = refusal(occasion);
        if (reason !== undefined) {
          record('reject', reason);
          return [{ kind: 'reject', reason }];
        }
        if (occasion.type !== 'tool' || options.approve?.includes(occasion.tool) !== true)
          return [];
        const question = `may ${occasion.agent} call ${occasion.tool}?`;
        record('approve', question);
        return [{ kind: 'approve', question }];
      },
    },
    audit: () => [...records],
  };
}

function agentOf(occasion: InlineOccasion): AgentId {
  if (occasion.type === 'request') return occasion.draft.agent;
  return occasion.type === 'tool' ? occasion.agent : (occasion.from ?? occasion.to);
}

function canonicalText(tool: string, args: unknown): string | undefined {
  try {
    return canonicalize([tool, args]);
  } catch {
    // Words of a model must not become faults of the policy, which would close everything after a few.
    return undefined;
  }
}
