import { expect } from 'vitest';
import { callLines, dispatchLines, sessionLines, wireLines } from './lines.ts';
import type { Shape } from './shape.ts';
import { Stage } from './stage.ts';

/** LangGraph's own random ids and the time of day are no part of a result. */
function comparable(value: unknown): unknown {
  const text = JSON.stringify(value) ?? 'null';
  return JSON.parse(
    text
      .replaceAll(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/gu, 'id')
      .replaceAll(/elapsed: \d+ms/gu, 'elapsed')
      .replaceAll(/"id":"[\da-f]{32}"/gu, '"id":"id"')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/gu, 'time')
      .replaceAll(/"timestamp":\d+/gu, '"timestamp":0'),
  );
}

function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { thrown: error };
  return { class: error.constructor.name, name: error.name, message: error.message };
}

/** Plays a shape once and says all that was seen of it. */
export async function play({ run }: Shape, isAttached: boolean) {
  const stage = new Stage(isAttached);
  let result: unknown;
  let error: unknown;
  try {
    result = comparable(await run(stage));
  } catch (thrown) {
    error = comparable(describeError(thrown));
  }
  // The end of an aborted run is told after its promise has rejected.
  await expect.poll(() => stage.held.every(({ runs }) => runs === 0)).toBe(true);
  const { held } = stage;
  await stage.close();
  const { events, attributed, wire } = stage;
  const sent = wire.map(({ body: { entresol_call: _field, ...body } }) =>
    JSON.stringify(comparable(body)),
  );
  return {
    result,
    error,
    held,
    sent: sent.toSorted(),
    sessions: sessionLines(events),
    dispatches: dispatchLines(events),
    ended: endsOnce(events),
    calls: callLines(events, attributed, wire),
    enriched: wireLines(events, wire),
  };
}

export type Played = Awaited<ReturnType<typeof play>>;

/** True when each dispatch and each request that began has ended once, and none otherwise. */
function endsOnce(events: Stage['events']): boolean {
  const open = new Map<string, number>();
  const count = (key: string, by: number): void => {
    open.set(key, (open.get(key) ?? 0) + by);
  };
  for (const event of events) {
    if (event.type === 'dispatch-start') count(event.dispatch, 1);
    if (event.type === 'dispatch-end') count(event.dispatch, -1);
    if (event.type === 'call-start') count(event.call, 1);
    if (event.type === 'call-end' || event.type === 'call-fail') count(event.call, -1);
    if ([...open.values()].some((times) => times < 0 || times > 1)) return false;
  }
  return [...open.values()].every((times) => times === 0);
}
