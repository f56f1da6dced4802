import type { RuntimeEvent } from './events.ts';
import type { CallId, EndpointId, Milliseconds, SessionId } from './identities.ts';
import type { Figures } from './measured-effect.ts';
import type { Block } from './policy-trial.ts';

/** Where something was met; undefined = at no endpoint, or nobody said at which. */
type Place = EndpointId | undefined;

interface Sums {
  promptTokens: number;
  cachedTokens: number;
  warmUpTokens: number;
  ttftMs: number;
  answers: number;
  calls: number;
  toolMs: Milliseconds;
}

/** A session or a block of time: what was met in it, by endpoint. */
export class Unit {
  /** Calls that have not ended. */
  open = 0;
  readonly #at = new Map<Place, Sums>();

  at(place: Place): Sums {
    let sums = this.#at.get(place);
    if (sums === undefined) this.#at.set(place, (sums = { ...nothing }));
    return sums;
  }

  get places(): readonly Place[] {
    return [...this.#at.keys()];
  }

  /** Of these places together; a figure without evidence is absent. */
  figures(places: readonly Place[]): Figures {
    const sum = { ...nothing };
    for (const place of places) {
      const sums = this.#at.get(place) ?? nothing;
      sum.promptTokens += sums.promptTokens;
      sum.cachedTokens += sums.cachedTokens;
      sum.warmUpTokens += sums.warmUpTokens;
      sum.ttftMs += sums.ttftMs;
      sum.answers += sums.answers;
      sum.calls += sums.calls;
      sum.toolMs += sums.toolMs;
    }
    const { promptTokens, cachedTokens, warmUpTokens, ttftMs, answers, calls, toolMs } = sum;
    const computed = promptTokens - cachedTokens + warmUpTokens;
    return {
      ...(promptTokens > 0 && { 'net-hit-rate': 1 - computed / promptTokens }),
      ...(answers > 0 && { 'ttft-ms': ttftMs / answers }),
      ...(calls > 0 && { 'tool-ms': toolMs / calls }),
    };
  }
}

const nothing: Readonly<Sums> = {
  promptTokens: 0,
  cachedTokens: 0,
  warmUpTokens: 0,
  ttftMs: 0,
  answers: 0,
  calls: 0,
  toolMs: 0,
};

interface Begun {
  readonly startedAtMs: Milliseconds;
  readonly units: readonly Unit[];
}

interface OpenCall extends Begun {
  readonly place: Place;
  answered: boolean;
}

interface UnitsClosed {
  readonly session: (session: SessionId, unit: Unit) => void;
  readonly block: (index: number, unit: Unit) => void;
}

/** Sessions beyond these are not followed. */
const maxSessions = 4_096;
/** Tools that run at once; those beyond are not timed. */
const maxTools = 4_096;

/** Follows calls, tools and warm-ups into the session and the block that they are part of. */
export class TrialUnits {
  readonly #block: () => Block;
  readonly #closed: UnitsClosed;
  readonly #calls = new Map<CallId, OpenCall>();
  /** By session, dispatch and name: runs of one tool at once are told apart by none, and need not be. */
  readonly #tools = new Map<string, Begun[]>();
  readonly #sessions = new Map<SessionId, Unit>();
  readonly #blocks = new Map<number, Unit>();

  constructor(block: () => Block, closed: UnitsClosed) {
    this.#block = block;
    this.#closed = closed;
  }

  observe(event: RuntimeEvent): void {
    this.#closeBlocks();
    const { type, atMs } = event;
    if (type === 'call-start') this.#start(event);
    // Where an answer came in one piece it is its own first token.
    if (type === 'call-first-token' || type === 'call-end') this.#answered(event.call, atMs);
    if (type === 'call-end') this.#end(event.call, event.usage);
    if (type === 'call-fail') this.#end(event.call, undefined);
    if (type === 'tool-start') this.#toolStarted(event);
    if (type === 'tool-end' || type === 'tool-fail') this.#toolEnded(event);
    if (type === 'intent-settle') {
      for (const unit of this.#known(event.session)) {
        unit.at(event.endpoint).warmUpTokens += event.outcome.computedTokens;
      }
    }
    if (type === 'session-close') this.#closeSession(event.session);
  }

  /** What is under way is forgotten. */
  clear(): void {
    for (const open of [this.#calls, this.#tools, this.#sessions, this.#blocks]) open.clear();
  }

  /** Units that there are already. */
  #known(session: SessionId | undefined): readonly Unit[] {
    const { index, counts } = this.#block();
    const units = [
      session === undefined ? undefined : this.#sessions.get(session),
      counts ? this.#blocks.get(index) : undefined,
    ];
    return units.filter((unit) => unit !== undefined);
  }

  #start({ call, session, prefixes, atMs }: Extract<RuntimeEvent, { type: 'call-start' }>): void {
    const { index, counts } = this.#block();
    if (!this.#sessions.has(session) && this.#sessions.size < maxSessions) {
      this.#sessions.set(session, new Unit());
    }
    if (counts && !this.#blocks.has(index)) this.#blocks.set(index, new Unit());
    const units = this.#known(session);
    for (const unit of units) unit.open += 1;
    const place = prefixes[0]?.scope.endpoint;
    this.#calls.set(call, { startedAtMs: atMs, units, place, answered: false });
  }

  #answered(id: CallId, atMs: Milliseconds): void {
    const call = this.#calls.get(id);
    if (call === undefined || call.answered) return;
    call.answered = true;
    for (const unit of call.units) {
      unit.at(call.place).ttftMs += atMs - call.startedAtMs;
      unit.at(call.place).answers += 1;
    }
  }

  #end(
    id: CallId,
    usage: { readonly input: number; readonly cacheRead?: number } | undefined,
  ): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    this.#calls.delete(id);
    for (const unit of call.units) {
      unit.open -= 1;
      const sums = unit.at(call.place);
      sums.calls += 1;
      if (usage?.cacheRead === undefined) continue;
      sums.promptTokens += usage.input;
      sums.cachedTokens += usage.cacheRead;
    }
  }

  #toolStarted({ session, dispatch, tool, atMs }: ToolEvent): void {
    if (this.#tools.size >= maxTools) return;
    const key = JSON.stringify([session, dispatch, tool]);
    const begun = { startedAtMs: atMs, units: this.#known(session) };
    this.#tools.set(key, [...(this.#tools.get(key) ?? []), begun]);
  }

  #toolEnded({ session, dispatch, tool, atMs }: ToolEvent): void {
    const key = JSON.stringify([session, dispatch, tool]);
    const [first, ...others] = this.#tools.get(key) ?? [];
    if (others.length === 0) this.#tools.delete(key);
    else this.#tools.set(key, others);
    if (first === undefined) return;
    for (const unit of first.units) unit.at(undefined).toolMs += atMs - first.startedAtMs;
  }

  #closeBlocks(): void {
    const { index } = this.#block();
    for (const [block, unit] of this.#blocks) {
      if (block >= index || unit.open > 0) continue;
      this.#blocks.delete(block);
      this.#closed.block(block, unit);
    }
  }

  #closeSession(session: SessionId): void {
    const unit = this.#sessions.get(session);
    this.#sessions.delete(session);
    if (unit !== undefined) this.#closed.session(session, unit);
  }
}

type ToolEvent = Extract<RuntimeEvent, { type: 'tool-start' | 'tool-end' | 'tool-fail' }>;
