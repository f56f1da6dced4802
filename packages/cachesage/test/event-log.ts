import type {
  AgentId,
  CacheScope,
  CostModel,
  PolicyContext,
  PrefixRef,
  Residency,
  RuntimeEvent,
  Topology,
  Usage,
} from '@entresol/runtime-core';
import type { CacheSagePolicy } from '@entresol/cachesage';

const scope: CacheScope = { endpoint: 'engine', model: 'm', namespace: '' };

/** 1 ms a token, 1000 bytes a token, reload ten times faster than compute. */
export const linearCost: CostModel = {
  computeMs: (from, to) => to - from,
  loadMs: (tokens, tier) => (tier === 'device' ? 0 : tokens / 10),
  footprintBytes: (tokens) => tokens * 1000,
};

export function role(agent: AgentId, tokens = 100, id = `role-${agent}`): PrefixRef {
  return { id, scope, agent, tokens, tokensEvidence: 'exact' };
}

export function own(session: string, agent: AgentId, tokens: number, id: string): PrefixRef {
  return { id, scope, agent, session, parent: `role-${agent}`, tokens, tokensEvidence: 'exact' };
}

/** A prompt of `tokens` behind the agent's role prefix of 100. */
function prompt(session: string, agent: AgentId, call: string, tokens = 200): PrefixRef[] {
  return [role(agent), own(session, agent, tokens, `prompt-${call}`)];
}

const empty: Residency = { of: () => ({ tokens: 0, truth: 'own' }) };

interface CallOptions {
  readonly previous?: string;
  readonly prefixes?: readonly PrefixRef[];
  readonly attempt?: number;
  readonly dispatch?: string;
}

/** Says events of one workload to a policy and keeps them, with a clock that the test moves. */
export class EventLog {
  readonly policy: CacheSagePolicy;
  readonly events: RuntimeEvent[] = [];
  readonly workload = 'app';
  nowMs = 0;
  residency: Residency = empty;
  nextPrefix: PolicyContext['nextPrefix'] = () => undefined;

  constructor(policy: CacheSagePolicy) {
    this.policy = policy;
  }

  get context(): PolicyContext {
    return contextAt(this.nowMs, this.residency, this.nextPrefix);
  }

  say(event: RuntimeEvent): void {
    this.events.push(event);
    this.policy.observe?.(event, this.context);
  }

  wait(ms: number): this {
    this.nowMs += ms;
    return this;
  }

  declare(topology: Topology): void {
    this.say({ type: 'topology-declare', topology, atMs: this.nowMs, workload: this.workload });
  }

  start(session: string, agent: AgentId, call: string, options: CallOptions = {}): void {
    const { previous, attempt = 1, dispatch = `d-${call}` } = options;
    this.say({
      type: 'call-start',
      ...this.#at(session),
      call,
      dispatch,
      agent,
      attempt,
      prefixes: options.prefixes ?? prompt(session, agent, call),
      ...(previous === undefined ? {} : { previous }),
    });
  }

  end(session: string, agent: AgentId, call: string, usage?: Usage, dispatch = `d-${call}`): void {
    const at = this.#at(session);
    this.say({
      type: 'call-end',
      ...at,
      call,
      dispatch,
      agent,
      ...(usage === undefined ? {} : { usage }),
    });
  }

  /** A whole call of `ms`, causally after `previous`. */
  call(session: string, agent: AgentId, call: string, previous?: string, ms = 500): string {
    this.start(session, agent, call, previous === undefined ? {} : { previous });
    this.wait(ms);
    this.end(session, agent, call);
    return call;
  }

  /** A chain of calls with `gapMs` between them; returns the last call. */
  chain(session: string, agents: readonly AgentId[], gapMs = 500, from?: string): string {
    let last = from;
    agents.forEach((agent, i) => {
      const call = `${session}-${this.events.length}-${i}`;
      last = this.call(session, agent, call, last);
      this.wait(gapMs);
    });
    return last ?? '';
  }

  tool(session: string, dispatch: string): void {
    this.say({ type: 'tool-start', ...this.#at(session), tool: 'search', dispatch });
  }

  fork(session: string, dispatch: string, agent: AgentId, after: readonly string[]): void {
    this.say({ type: 'dispatch-start', ...this.#at(session), dispatch, agent, after });
  }

  pause(session: string): void {
    this.say({ type: 'session-pause', ...this.#at(session) });
  }

  close(session: string): void {
    this.say({ type: 'session-close', ...this.#at(session), why: 'told' });
  }

  worth(prefix: PrefixRef, horizonMs = 10_000): ReturnType<CacheSagePolicy['score']['prefix']> {
    return this.policy.score.prefix(prefix, horizonMs, this.context);
  }

  #at(session: string): { session: string; atMs: number; workload: string } {
    return { session, atMs: this.nowMs, workload: this.workload };
  }
}

function contextAt(
  nowMs: number,
  residency: Residency = empty,
  nextPrefix: PolicyContext['nextPrefix'] = () => undefined,
): PolicyContext {
  return {
    nowMs,
    residency,
    nextPrefix,
    nextAgent: () => [],
    worth: () => undefined,
    cost: () => linearCost,
    load: () => ({ running: 0, waiting: 0, ageMs: 0 }),
  };
}
