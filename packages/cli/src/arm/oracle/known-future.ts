import type { KnownRequest } from '../known-request.ts';

/** A request of a session that is known before it is sent. */
interface Known {
  readonly agent: string;
  /** Characters of tools and system messages, the same in every session. */
  readonly roleCharacters: number;
  readonly text: string;
}

interface Progress {
  readonly requests: readonly Known[];
  readonly sent: Set<number>;
  /** Place of the latest request sent; -1 before the first. */
  at: number;
}

/** The next use of what an agent's newest prompt left in the cache. */
export interface NextUse {
  /** Requests of the session until then, at least 1. */
  readonly steps: number;
  /** Share of the prompt's own part that comes again, in [0, 1]. */
  readonly share: number;
}

/** Stands between messages; in JSON text it cannot occur. */
const separator = '\u0001';

/** All requests of all sessions in advance, and how far each session is. How sessions interleave stays unknown. */
export class KnownFuture {
  readonly #sessions: ReadonlyMap<string, Progress>;
  readonly #over = new Set<string>();

  constructor(requests: readonly KnownRequest[]) {
    const bySession = Map.groupBy(requests, ({ session }) => session);
    this.#sessions = new Map(
      [...bySession].map(([session, own]) => [
        session,
        { requests: own.map(knownOf), sent: new Set<number>(), at: -1 },
      ]),
    );
  }

  /** The session's next request of that agent is sent. @returns its place; undefined for one that is not known */
  send(session: string, agent: string): number | undefined {
    const progress = this.#sessions.get(session);
    const place = progress && nextOf(progress, agent, -1);
    if (progress === undefined || place === undefined) return undefined;
    progress.sent.add(place);
    progress.at = Math.max(progress.at, place);
    return place;
  }

  end(session: string): void {
    this.#over.add(session);
  }

  /** When the prompt at `place` is of use again; undefined = never. */
  nextUse(session: string, place: number): NextUse | undefined {
    const progress = this.#sessions.get(session);
    const prompt = progress?.requests[place];
    if (progress === undefined || prompt === undefined || this.#over.has(session)) return undefined;
    const next = nextOf(progress, prompt.agent, place);
    const later = next === undefined ? undefined : progress.requests[next];
    if (next === undefined || later === undefined) return undefined;
    const own = prompt.text.length - prompt.roleCharacters;
    const shared = sharedCharacters(prompt.text, later.text) - prompt.roleCharacters;
    return {
      steps: Math.max(1, next - progress.at),
      share: own <= 0 ? 0 : Math.min(1, Math.max(0, shared / own)),
    };
  }

  /** Requests of its own session until some session calls the agent; undefined = never again. */
  stepsToAgent(agent: string): number | undefined {
    let soonest = Infinity;
    let shortestRest = Infinity;
    for (const [session, progress] of this.#live()) {
      const rest = progress.requests.length - 1 - progress.at;
      shortestRest = Math.min(shortestRest, rest);
      const next = this.#over.has(session) ? undefined : nextOf(progress, agent, -1);
      if (next !== undefined) soonest = Math.min(soonest, Math.max(1, next - progress.at));
    }
    // A session that is still to come begins when one of the live ones ends.
    for (const progress of this.#sessions.values()) {
      if (progress.at >= 0) continue;
      const next = nextOf(progress, agent, -1);
      const wait = Number.isFinite(shortestRest) ? shortestRest : 0;
      if (next !== undefined) soonest = Math.min(soonest, wait + next + 1);
    }
    return Number.isFinite(soonest) ? soonest : undefined;
  }

  *#live(): Generator<[string, Progress]> {
    for (const [session, progress] of this.#sessions) {
      if (progress.at >= 0 && !this.#over.has(session)) yield [session, progress];
    }
  }
}

/** First request of the agent that is not sent and lies behind `after`. */
function nextOf({ requests, sent }: Progress, agent: string, after: number): number | undefined {
  const place = requests.findIndex(
    (request, at) => at > after && !sent.has(at) && request.agent === agent,
  );
  return place === -1 ? undefined : place;
}

function knownOf({ agent, messages }: KnownRequest): Known {
  const first = messages.findIndex((message) => !isRolePart(message));
  const role = messages.slice(0, first === -1 ? messages.length : first);
  return {
    agent,
    roleCharacters: role.join(separator).length,
    text: messages.join(separator),
  };
}

/** Tools are a JSON list; system messages say so. */
function isRolePart(message: string): boolean {
  if (message.startsWith('[')) return true;
  const parsed: unknown = JSON.parse(message);
  return (
    typeof parsed === 'object' && parsed !== null && 'role' in parsed && parsed.role === 'system'
  );
}

function sharedCharacters(left: string, right: string): number {
  const end = Math.min(left.length, right.length);
  let length = 0;
  while (length < end && left[length] === right[length]) length += 1;
  return length;
}
