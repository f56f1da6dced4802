import type { EventOf, SessionCloseReason } from '../events.ts';
import type { AgentId, CallId, PrefixRef, SessionId, WorkloadId } from '../identities.ts';
import type { Clock, Ids } from '../ports.ts';
import type { Usage } from '../usage.ts';

export interface EventBuilderOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  /** `workload` by default. */
  readonly workload?: WorkloadId;
}

interface StartedCall {
  readonly start: EventOf<'call-start'>;
  firstToken(): EventOf<'call-first-token'>;
  end(usage?: Usage): EventOf<'call-end'>;
  fail(code?: string): EventOf<'call-fail'>;
}

type ToolEvent = EventOf<'tool-start' | 'tool-end' | 'tool-fail'>;

/** Makes well-formed events at the clock's time: ids agree between start and end, and each call names its predecessor. */
export interface EventBuilder {
  start(session: SessionId): EventOf<'session-start'>;
  /** A call of `agent`, in a dispatch of its own; `previous` is the session's last call unless another is given. */
  call(
    session: SessionId,
    agent: AgentId,
    options?: { readonly previous?: CallId; readonly prefixes?: readonly PrefixRef[] },
  ): StartedCall;
  /** A tool that runs in the dispatch of the session's last call. */
  tool(
    session: SessionId,
    tool: string,
  ): { readonly start: ToolEvent; end(): ToolEvent; fail(): ToolEvent };
  pause(session: SessionId): EventOf<'session-pause'>;
  close(session: SessionId, why?: SessionCloseReason): EventOf<'session-close'>;
}

export function buildEvents({
  clock,
  ids,
  workload = 'workload',
}: EventBuilderOptions): EventBuilder {
  const last = new Map<SessionId, { readonly call: CallId; readonly dispatch: string }>();
  const at = (
    session: SessionId,
  ): { readonly atMs: number; readonly workload: WorkloadId; readonly session: SessionId } => ({
    atMs: clock.now(),
    workload,
    session,
  });
  return {
    start: (session) => ({ type: 'session-start', ...at(session) }),
    call(session, agent, { previous = last.get(session)?.call, prefixes = [] } = {}) {
      const own = { call: ids('call'), dispatch: ids('dispatch'), agent };
      last.set(session, own);
      const start: EventOf<'call-start'> = {
        type: 'call-start',
        ...at(session),
        ...own,
        prefixes,
        attempt: 1,
        ...(previous === undefined ? {} : { previous }),
      };
      return {
        start,
        firstToken: () => ({ type: 'call-first-token', ...at(session), ...own }),
        end: (usage) => ({
          type: 'call-end',
          ...at(session),
          ...own,
          ...(usage === undefined ? {} : { usage }),
        }),
        fail: (code = 'failed') => ({ type: 'call-fail', ...at(session), ...own, code }),
      };
    },
    tool(session, tool) {
      const dispatch = last.get(session)?.dispatch ?? ids('dispatch');
      const say = (type: ToolEvent['type']): ToolEvent => ({
        type,
        ...at(session),
        tool,
        dispatch,
      });
      return { start: say('tool-start'), end: () => say('tool-end'), fail: () => say('tool-fail') };
    },
    pause: (session) => ({ type: 'session-pause', ...at(session) }),
    close: (session, why = 'told') => ({ type: 'session-close', ...at(session), why }),
  };
}
