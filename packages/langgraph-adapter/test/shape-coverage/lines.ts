import type { EventOf, RuntimeEvent, RuntimeEventType } from '@entresol/runtime-core';
import type { Attributed } from './scripted-driver.ts';
import type { Stage } from './stage.ts';

type Events = readonly RuntimeEvent[];

function ofType<T extends RuntimeEventType>(events: Events, type: T): readonly EventOf<T>[] {
  return events.filter((event): event is EventOf<T> => event.type === type);
}

/** Names of the sessions: those of threads by themselves, others by the order in which they began. */
function sessionNames(events: Events): (session: string) => string {
  const names = new Map<string, string>();
  let runs = 0;
  for (const { session } of ofType(events, 'session-start')) {
    if (names.has(session)) continue;
    const isRun = /^[\da-f-]{36}$/u.test(session);
    if (isRun) runs += 1;
    names.set(session, isRun ? `run#${runs}` : session);
  }
  return (session) => names.get(session) ?? `unknown session ${session}`;
}

/** What the runtime heard of sessions, in order. */
export function sessionLines(events: Events): readonly string[] {
  const nameOf = sessionNames(events);
  return events.flatMap((event) =>
    event.type === 'session-start' ||
    event.type === 'session-pause' ||
    event.type === 'session-close'
      ? [`${event.type.replace('session-', '')} ${nameOf(event.session)}`]
      : [],
  );
}

/** What the runtime heard of dispatches, in order of their start. */
export function dispatchLines(events: Events): readonly string[] {
  const labels = new Map<string, string>();
  const counts = new Map<string, number>();
  const starts = ofType(events, 'dispatch-start');
  for (const { dispatch, agent } of starts) {
    const nth = (counts.get(agent) ?? 0) + 1;
    counts.set(agent, nth);
    labels.set(dispatch, nth === 1 ? agent : `${agent}#${nth}`);
  }
  const labelOf = (dispatch: string): string => labels.get(dispatch) ?? `unknown ${dispatch}`;
  return starts.map(({ dispatch, parent, after }) => {
    const holder = parent === undefined ? '' : ` in ${labelOf(parent)}`;
    const causes = after.length === 0 ? '' : ` <- ${after.map(labelOf).toSorted().join(' + ')}`;
    const ends = ofType(events, 'dispatch-end').filter((end) => end.dispatch === dispatch);
    const how = ends.map((end) => end.how).join(', ');
    return `${labelOf(dispatch)}${holder}${causes}${how === 'done' ? '' : ` (${how})`}`;
  });
}

function at(session: string): string {
  return session === 'T' ? '' : ` @${session}`;
}

/** Whose each call is, from what the runtime heard of it and what it was about to send. */
export function callLines(
  events: Events,
  attributed: readonly Attributed[],
  wire: Stage['wire'],
): readonly string[] {
  const nameOf = sessionNames(events);
  const prompts = new Map(attributed.map(({ prompt, draft }) => [draft.call, prompt]));
  const begun = new Map<string, EventOf<'call-start'>[]>();
  for (const start of ofType(events, 'call-start')) {
    begun.set(start.call, [...(begun.get(start.call) ?? []), start]);
  }
  const lines = [...begun].flatMap(([call, starts]) => {
    const [first] = starts;
    if (first === undefined) return [];
    const before = first.previous;
    const previous = before === undefined ? '' : ` <- ${prompts.get(before) ?? 'unknown'}`;
    const attempts = starts.map(({ attempt }) => attempt);
    const tries = attempts.length === 1 ? '' : ` x${attempts.join(',')}`;
    return `${prompts.get(call)}: ${first.agent}${at(nameOf(first.session))}${previous}${tries}`;
  });
  const strangers = wire.filter(({ body }) => body['entresol_call'] === undefined);
  return [...lines, ...strangers.map(({ prompt }) => `${prompt}: nobody`)].toSorted();
}

/** Whose each request on the wire says it is, by the field that the driver wrote into its body. */
export function wireLines(events: Events, wire: Stage['wire']): readonly string[] {
  const nameOf = sessionNames(events);
  const starts = new Map(ofType(events, 'call-start').map((start) => [String(start.call), start]));
  return wire
    .map(({ prompt, body }) => {
      const start = starts.get(String(body['entresol_call']));
      return start === undefined
        ? `${prompt}: nobody`
        : `${prompt}: ${start.agent}${at(nameOf(start.session))}`;
    })
    .toSorted();
}

/** What the wire is to say for the calls that a shape expects. */
export function expectedOnWire(calls: readonly string[]): readonly string[] {
  return calls
    .flatMap((line) => {
      const [, owner = line, , attempts = '1'] =
        /^(.*?)( <- .*?)?(?: x([\d,]+))?$/u.exec(line) ?? [];
      return attempts.split(',').map(() => owner);
    })
    .toSorted();
}
