import type {
  AgentId,
  DispatchId,
  EventOf,
  RuntimeEvent,
  RuntimeEventType,
} from '@entresol/runtime-core';

/** What a runtime heard, in order. */
export class Chronicle {
  readonly events: RuntimeEvent[] = [];

  of<T extends RuntimeEventType>(type: T): readonly EventOf<T>[] {
    return this.events.filter((event): event is EventOf<T> => event.type === type);
  }

  /** Calls of an agent in order, each at its first attempt. */
  callsOf(agent: AgentId | undefined): readonly EventOf<'call-start'>[] {
    return this.of('call-start').filter((call) => call.agent === agent && call.attempt === 1);
  }

  /** Dispatches of an agent in order. */
  dispatchesOf(agent: AgentId | undefined): readonly EventOf<'dispatch-start'>[] {
    return this.of('dispatch-start').filter((dispatch) => dispatch.agent === agent);
  }

  /** All dispatches that led to one, near and far. */
  ledTo(dispatch: EventOf<'dispatch-start'> | undefined): readonly DispatchId[] {
    const causes = new Map(this.of('dispatch-start').map((one) => [one.dispatch, one.after]));
    const led = new Set<DispatchId>();
    const open = [...(dispatch?.after ?? [])];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (led.has(at)) continue;
      led.add(at);
      open.push(...(causes.get(at) ?? []));
    }
    return [...led];
  }

  /** How the dispatches of an agent ended, in order of their start. */
  endsOf(agent: AgentId | undefined): readonly string[] {
    const ends = new Map(this.of('dispatch-end').map(({ dispatch, how }) => [dispatch, how]));
    return this.dispatchesOf(agent).map(({ dispatch }) => ends.get(dispatch) ?? 'open');
  }

  /** True when every session rests, and all that began in it has ended. */
  get rests(): boolean {
    const open = new Set<string>();
    for (const event of this.events) {
      if (event.type === 'session-start') open.add(event.session);
      if (event.type === 'session-pause' || event.type === 'session-close') {
        open.delete(event.session);
      }
      if (event.type === 'dispatch-start') open.add(event.session).add(event.dispatch);
      if (event.type === 'dispatch-end') open.delete(event.dispatch);
      if (event.type === 'call-start') open.add(event.call);
      if (event.type === 'call-end' || event.type === 'call-fail') open.delete(event.call);
    }
    return open.size === 0;
  }
}
