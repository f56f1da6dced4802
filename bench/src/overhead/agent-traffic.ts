import type { EventOf, PrefixRef, RuntimeEvent, Topology } from '@entresol/runtime-core';
import { seededRandom } from '@entresol/runtime-core/testing';

export interface TrafficOptions {
  readonly agents: number;
  /** Live at any time: one that closes is replaced. */
  readonly sessions: number;
  readonly seed: number;
}

/** What one call brings with it: its own start, and everything else that happens until the next call starts. */
export interface CallWithEvents {
  readonly start: EventOf<'call-start'>;
  readonly others: readonly RuntimeEvent[];
}

const workload = 'traffic';
export const scope = { endpoint: 'traffic', model: 'm', namespace: '' } as const;
const roleTokens = 600;
const turnTokens = 150;
const successors = 3;
const chances = { fanOut: 0.08, tool: 0.3, runEnds: 0.12, returns: 0.75 } as const;
const meanMs = { decode: 900, gap: 60, tool: 400, user: 20_000 } as const;

export function rolePrefix(agent: string): PrefixRef {
  return { id: `role ${agent}`, scope, agent, tokens: roleTokens, tokensEvidence: 'exact' };
}

/** `agents` agents, each with three declared successors and a way out. */
function trafficTopology({ agents: size, seed }: TrafficOptions): Topology {
  const random = seededRandom(seed);
  const agents = Array.from({ length: size }, (_, at) => `agent-${at}`);
  const edges = agents.flatMap((from) => {
    const to = Array.from({ length: successors }, () => agents[Math.floor(random() * size)] ?? '');
    return [...new Set(to), 'END'].map((each) => ({ from, to: each, kind: 'branch' }) as const);
  });
  const first = { from: 'START', to: agents[0] ?? '', kind: 'static' } as const;
  return { agents, edges: [first, ...edges], unknownTargets: [] };
}

interface Timed {
  readonly atMs: number;
  readonly run: () => void;
}

interface Session {
  readonly id: string;
  readonly heads: Map<string, PrefixRef>;
}

/**
 * Endless traffic of one app in virtual time, the same for the same seed: sessions that call agents along the declared
 * edges, fan out and join, use tools, pause, return, close and are replaced.
 */
export class AgentTraffic {
  readonly topology: Topology;
  readonly #random: () => number;
  readonly #next: ReadonlyMap<string, readonly string[]>;
  readonly #agenda: Timed[] = [];
  #heard: RuntimeEvent[] = [];
  #nowMs = 0;
  #ids = 0;
  #waiting: EventOf<'call-start'> | undefined;
  readonly #ready: CallWithEvents[] = [];

  constructor(options: TrafficOptions) {
    this.topology = trafficTopology(options);
    this.#random = seededRandom(options.seed + 1);
    this.#next = new Map(
      this.topology.agents.map((agent) => [
        agent,
        this.topology.edges
          .filter(({ from, to }) => from === agent && to !== 'END')
          .map(({ to }) => to),
      ]),
    );
    for (let at = 0; at < options.sessions; at += 1) this.#open();
  }

  /** The next call and what happens until the one after it starts. */
  nextCall(): CallWithEvents {
    for (;;) {
      const call = this.#ready.shift();
      if (call !== undefined) return call;
      const due = this.#agenda.shift();
      if (due === undefined) throw new RangeError('traffic needs at least one session');
      this.#nowMs = due.atMs;
      due.run();
    }
  }

  #later(meanWaitMs: number, run: () => void): void {
    const atMs = this.#nowMs - meanWaitMs * Math.log(1 - this.#random());
    const behind = this.#agenda.findIndex((timed) => timed.atMs > atMs);
    this.#agenda.splice(behind === -1 ? this.#agenda.length : behind, 0, { atMs, run });
  }

  #say(event: RuntimeEvent): void {
    if (event.type !== 'call-start') {
      this.#heard.push(event);
      return;
    }
    if (this.#waiting !== undefined)
      this.#ready.push({ start: this.#waiting, others: this.#heard });
    this.#waiting = event;
    this.#heard = [];
  }

  #id(kind: string): string {
    this.#ids += 1;
    return `${kind}-${this.#ids}`;
  }

  #open(): void {
    const session: Session = { id: this.#id('session'), heads: new Map() };
    this.#later(meanMs.user, () => {
      this.#say({ type: 'session-start', ...this.#at(session) });
      this.#call(session, this.topology.agents[0] ?? '', [], undefined, (end) =>
        this.#goOn(session, end),
      );
    });
  }

  #at(session: Session): {
    readonly atMs: number;
    readonly workload: string;
    readonly session: string;
  } {
    return { atMs: this.#nowMs, workload, session: session.id };
  }

  #goOn(session: Session, end: Ended): void {
    if (this.#random() < chances.runEnds) {
      this.#rest(session, end);
      return;
    }
    const options = this.#next.get(end.agent) ?? [];
    const [first = '', second] = options;
    if (second !== undefined && this.#random() < chances.fanOut) {
      const ends: Ended[] = [];
      const joined = (one: Ended): void => {
        ends.push(one);
        if (ends.length < 2) return;
        const after = ends.map(({ dispatch }) => dispatch);
        this.#call(session, one.agent, after, one.call, (last) => this.#goOn(session, last));
      };
      this.#call(session, first, [end.dispatch], end.call, joined);
      this.#call(session, second, [end.dispatch], end.call, joined);
      return;
    }
    // Skewed, as real branches are.
    const agent = options[Math.floor(this.#random() ** 2 * options.length)] ?? first;
    this.#later(meanMs.gap, () => {
      this.#call(session, agent, [end.dispatch], end.call, (last) => this.#goOn(session, last));
    });
  }

  #rest(session: Session, { call }: Ended): void {
    this.#say({ type: 'session-pause', ...this.#at(session) });
    this.#later(meanMs.user, () => {
      if (this.#random() < chances.returns) {
        const first = this.topology.agents[0] ?? '';
        this.#call(session, first, [], call, (end) => this.#goOn(session, end));
        return;
      }
      this.#say({ type: 'session-close', ...this.#at(session), why: 'told' });
      this.#open();
    });
  }

  #call(
    session: Session,
    agent: string,
    after: readonly string[],
    previous: string | undefined,
    then: (end: Ended) => void,
  ): void {
    const [call, dispatch] = [this.#id('call'), this.#id('dispatch')];
    const place = { agent, call, dispatch };
    this.#say({ type: 'dispatch-start', ...this.#at(session), dispatch, agent, after });
    const prefixes = this.#prompt(session, agent);
    const caused = previous === undefined ? {} : { previous };
    this.#say({
      type: 'call-start',
      ...this.#at(session),
      ...place,
      prefixes,
      attempt: 1,
      ...caused,
    });
    const inputTokens = prefixes.at(-1)?.tokens ?? 0;
    this.#later(meanMs.decode / 4, () => {
      this.#say({ type: 'call-first-token', ...this.#at(session), ...place });
      this.#later(meanMs.decode, () => {
        const usage = { input: inputTokens, cacheRead: roleTokens, output: 120 };
        this.#say({ type: 'call-end', ...this.#at(session), ...place, usage });
        const finish = (): void => {
          this.#say({ type: 'dispatch-end', ...this.#at(session), dispatch, how: 'done' });
          then({ agent, call, dispatch });
        };
        if (this.#random() >= chances.tool) finish();
        else this.#tool(session, dispatch, finish);
      });
    });
  }

  #tool(session: Session, dispatch: string, then: () => void): void {
    this.#say({ type: 'tool-start', ...this.#at(session), tool: 'search', dispatch });
    this.#later(meanMs.tool, () => {
      this.#say({ type: 'tool-end', ...this.#at(session), tool: 'search', dispatch });
      then();
    });
  }

  /** The agent's role and its own history of this session, one turn longer each time. */
  #prompt(session: Session, agent: string): readonly PrefixRef[] {
    const role = rolePrefix(agent);
    const before = session.heads.get(agent);
    const made: PrefixRef = {
      id: `${session.id} ${agent} ${this.#id('prompt')}`,
      scope,
      agent,
      session: session.id,
      parent: before?.id ?? role.id,
      tokens: (before?.tokens ?? roleTokens) + turnTokens,
      tokensEvidence: 'exact',
    };
    session.heads.set(agent, made);
    return before === undefined ? [role, made] : [role, before, made];
  }
}

interface Ended {
  readonly agent: string;
  readonly call: string;
  readonly dispatch: string;
}
