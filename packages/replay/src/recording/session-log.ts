import type { CallId, DispatchId, EventOf, Usage } from '@entresol/runtime-core';

/** Calls held back per session, so that one that is waited for in vain does not hold all that follow. */
const maxHeld = 256;

/** A call of a session, from its start until it is written. */
export interface LoggedCall {
  readonly start: EventOf<'call-start'>;
  /** The conversation it belongs to, counted per agent from 0. */
  readonly lane: number;
  /** The conversation's call before it. */
  readonly before: LoggedCall | undefined;
  endedAtMs: number | undefined;
  usage: Usage | undefined;
  tool: string | undefined;
  failed: boolean;
  /** What came after it is known: nothing is added to it any more. */
  followed: boolean;
}

/**
 * The calls of one session in the order in which they were queued. A call is held until it has ended, all before it have,
 * and what came after it is known.
 */
export class SessionLog {
  readonly number: number;
  readonly startedAtMs: number;
  steps = 0;
  readonly #held: LoggedCall[] = [];
  /** Newest ended or running call of each conversation, by agent. */
  readonly #lanes = new Map<string, LoggedCall[]>();

  constructor(number: number, startedAtMs: number) {
    this.number = number;
    this.startedAtMs = startedAtMs;
  }

  start(event: EventOf<'call-start'>): void {
    // A failed attempt was taken out: what is still here was heard twice.
    if (this.#find(event.call) !== undefined) return;
    for (const call of this.#held) {
      if (call.start.call === event.previous) call.followed = true;
    }
    const lanes = this.#lanes.get(event.agent) ?? [];
    this.#lanes.set(event.agent, lanes);
    const lane = laneOf(lanes, event);
    const before = lanes[lane];
    const call: LoggedCall = {
      start: event,
      lane,
      // Without the ones before it: a chain of all earlier calls would grow with the session.
      before: before?.failed === false ? { ...before, before: undefined } : undefined,
      endedAtMs: undefined,
      usage: undefined,
      tool: undefined,
      failed: false,
      followed: false,
    };
    lanes[lane] = call;
    this.#held.push(call);
  }

  end(call: CallId, atMs: number, usage: Usage | undefined): void {
    const logged = this.#find(call);
    if (logged === undefined) return;
    logged.endedAtMs = atMs;
    logged.usage = usage;
  }

  fail(call: CallId): void {
    const logged = this.#find(call);
    if (logged === undefined) return;
    logged.failed = true;
    const lanes = this.#lanes.get(logged.start.agent);
    // What the engine did not answer continues nothing.
    if (lanes?.[logged.lane] === logged && logged.before !== undefined) {
      lanes[logged.lane] = logged.before;
    }
  }

  /** The tool belongs to the call of its dispatch, else to the one that ended last. */
  tool(name: string, dispatch: DispatchId): void {
    const ended = this.#held.filter(({ endedAtMs }) => endedAtMs !== undefined);
    const call = ended.findLast(({ start }) => start.dispatch === dispatch) ?? ended.at(-1);
    if (call !== undefined) call.tool ??= name;
  }

  /** The run is over: what has ended is not followed any more. */
  pause(): void {
    for (const call of this.#held) call.followed = true;
  }

  /** Takes out the calls that are complete, in order. */
  take(): readonly LoggedCall[] {
    const taken: LoggedCall[] = [];
    for (;;) {
      const [first] = this.#held;
      if (first === undefined) return taken;
      const isComplete = first.failed || (first.endedAtMs !== undefined && first.followed);
      if (!isComplete && this.#held.length <= maxHeld) return taken;
      this.#held.shift();
      taken.push(first);
    }
  }

  #find(call: CallId): LoggedCall | undefined {
    return this.#held.findLast(({ start }) => start.call === call);
  }
}

/**
 * The conversation that the prompt continues, where the runtime says so; else that of its dispatch; else the first one that
 * no other call is in.
 */
function laneOf(
  lanes: readonly LoggedCall[],
  { continues, dispatch }: EventOf<'call-start'>,
): number {
  const isFree = ({ endedAtMs, failed }: LoggedCall): boolean => failed || endedAtMs !== undefined;
  const continued = lanes.findIndex((call) => isFree(call) && call.start.call === continues?.call);
  if (continued !== -1) return continued;
  const own = lanes.findLastIndex((call) => isFree(call) && call.start.dispatch === dispatch);
  if (own !== -1) return own;
  const free = lanes.findIndex(isFree);
  return free === -1 ? lanes.length : free;
}
