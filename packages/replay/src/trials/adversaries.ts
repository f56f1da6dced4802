import { seededRandom } from '../load/seeded-random.ts';
import type { Trace, TraceCall, TraceSession } from '../trace/trace.ts';
import { shuffled } from './shuffle.ts';

/** A trace turned against whoever has learned it. Same seed, same trace. */
export interface Adversary {
  readonly name: string;
  readonly what: string;
  turn(trace: Trace, seed: number): Trace;
}

/** Sessions of one phase. */
const phaseSessions = 10;
/** One session in so many is the flooder's. */
const floodEvery = 4;

export const adversaries: readonly Adversary[] = [
  {
    name: 'graph changes',
    what: 'from the middle on the agents have exchanged their places',
    turn(trace, seed) {
      const places = shuffled([...trace.agents.keys()], seededRandom(seed));
      const half = Math.floor(trace.sessions.length / 2);
      const exchange = (call: TraceCall): TraceCall => ({
        ...call,
        agent: places[call.agent] ?? call.agent,
      });
      return {
        ...trace,
        sessions: trace.sessions.map((session, at) =>
          at < half ? session : { ...session, calls: session.calls.map(exchange) },
        ),
      };
    },
  },
  {
    name: 'next agents shuffled',
    what: 'who comes next in a session is drawn at random; each conversation keeps its order',
    turn: (trace, seed) => ({
      ...trace,
      sessions: trace.sessions.map((session, at) => drawnOrder(session, seed * 1009 + at)),
    }),
  },
  {
    name: 'flooding tenant',
    what: `every ${floodEvery}th session sends long prompts that nobody sends again`,
    turn(trace, seed) {
      const random = seededRandom(seed);
      const calls = trace.sessions.flatMap((session) => session.calls);
      const longest = Math.max(...calls.map(({ contextTokens }) => contextTokens));
      const flood = (id: number): TraceSession => ({
        id: `flood-${id}`,
        conversations: 12,
        calls: Array.from({ length: 12 }, (_, conversation) => {
          const model = calls[Math.floor(random() * calls.length)] ?? calls[0];
          if (model === undefined) throw new RangeError('The trace has no calls.');
          return { ...model, conversation, contextTokens: longest, reusedTokens: 0 };
        }),
      });
      return {
        ...trace,
        sessions: trace.sessions.flatMap((session, at) =>
          at % floodEvery === floodEvery - 1 ? [session, flood(at)] : [session],
        ),
      };
    },
  },
  {
    name: 'alternating phases',
    what: `${phaseSessions} sessions as recorded, ${phaseSessions} with next agents drawn at random, and so on`,
    turn: (trace, seed) => ({
      ...trace,
      sessions: trace.sessions.map((session, at) =>
        Math.floor(at / phaseSessions) % 2 === 0 ? session : drawnOrder(session, seed * 1009 + at),
      ),
    }),
  },
];

/** The session's conversations merged in a drawn order. */
function drawnOrder(session: TraceSession, seed: number): TraceSession {
  const random = seededRandom(seed);
  const queues = [...Map.groupBy(session.calls, ({ conversation }) => conversation).values()].map(
    (calls) => [...calls],
  );
  const calls: TraceCall[] = [];
  for (let left = session.calls.length; left > 0; left--) {
    // By how much each has left, so that every merge is equally likely.
    let drawn = random() * left;
    const queue = queues.find((each) => (drawn -= each.length) < 0) ?? queues.at(-1);
    const next = queue?.shift();
    if (next !== undefined) calls.push(next);
  }
  return { ...session, calls };
}
