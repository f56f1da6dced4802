import type { Policy, RuntimeEvent, Topology, WorkloadId } from '@entresol/runtime-core';
import { TokenCounter } from './call-tokens.ts';
import { SessionLog } from './session-log.ts';
import type { LoggedCall } from './session-log.ts';

/** Why calls of the app are not in the recording. */
export interface UnrecordedCalls {
  readonly failed: number;
  /** The engine did not say how many tokens it saw (`stream_options: { include_usage: true }` makes most engines say it). */
  readonly withoutUsage: number;
  /** `write` did not take their line. */
  readonly dropped: number;
}

/** Turns what a runtime observes into the lines of a trace. */
export interface TraceRecorder {
  /** Put it among the runtime's policies: it observes, and does nothing. */
  readonly policy: Policy;
  /** Calls written as lines. */
  readonly calls: number;
  readonly unrecorded: UnrecordedCalls;
  /** Writes what is held back for what might still follow. */
  flush(): void;
}

/**
 * @param write - gets each line, without its newline; false = it is lost
 */
export function traceRecorder(
  write: (line: string, what: 'header' | 'call') => boolean,
): TraceRecorder {
  const tokens = new TokenCounter();
  const sessions = new Map<string, SessionLog>();
  const topologies = new Map<WorkloadId, Topology>();
  const headed = new Set<WorkloadId>();
  let numbered = 0;
  let calls = 0;
  let failed = 0;
  let withoutUsage = 0;
  let dropped = 0;

  const writeCall = (log: SessionLog, call: LoggedCall): void => {
    const { usage, endedAtMs, start, lane, tool } = call;
    if (call.failed) failed += 1;
    else if (usage === undefined || endedAtMs === undefined) withoutUsage += 1;
    if (call.failed || usage === undefined || endedAtMs === undefined) return;
    const { workload, agent } = start;
    if (!headed.has(workload)) {
      const isWritten = write(
        JSON.stringify(headerOf(workload, topologies.get(workload))),
        'header',
      );
      if (isWritten) headed.add(workload);
    }
    const counted = tokens.count(call, usage.input, usage.cacheRead);
    const isWritten = write(
      JSON.stringify({
        workload,
        session: `s${log.number}`,
        step: log.steps,
        agent,
        role: counted.role,
        parent: lane === 0 ? undefined : `lane${lane + 1}`,
        role_prompt_tokens: counted.roleTokens,
        context_tokens: counted.contextTokens,
        output_tokens: usage.output,
        lcp_tokens: counted.sharedTokens,
        t_start: seconds(start.atMs - log.startedAtMs),
        t_end: seconds(endedAtMs - log.startedAtMs),
        tool,
      }),
      'call',
    );
    log.steps += 1;
    if (isWritten) calls += 1;
    else dropped += 1;
  };

  const settle = (log: SessionLog): void => {
    for (const call of log.take()) writeCall(log, call);
  };

  const observe = (event: RuntimeEvent): void => {
    if (event.type === 'topology-declare') {
      topologies.set(event.workload, event.topology);
      return;
    }
    if (!('session' in event)) return;
    const key = JSON.stringify([event.workload, event.session]);
    let log = sessions.get(key);
    if (log === undefined) {
      if (event.type !== 'call-start') return;
      numbered += 1;
      sessions.set(key, (log = new SessionLog(numbered, event.atMs)));
    }
    hear(log, event);
    settle(log);
    if (event.type === 'session-close') sessions.delete(key);
  };

  return {
    policy: {
      name: 'trace-recorder',
      mode: 'shadow',
      interference: 'none',
      wants: ['continued-prompts'],
      observe,
    },
    get calls() {
      return calls;
    },
    get unrecorded() {
      return { failed, withoutUsage, dropped };
    },
    flush() {
      for (const log of sessions.values()) {
        log.pause();
        settle(log);
      }
    },
  };
}

function hear(log: SessionLog, event: RuntimeEvent): void {
  switch (event.type) {
    case 'call-start':
      log.start(event);
      return;
    case 'call-end':
      log.end(event.call, event.atMs, event.usage);
      return;
    case 'call-fail':
      log.fail(event.call);
      return;
    case 'tool-start':
      log.tool(event.tool, event.dispatch);
      return;
    case 'session-pause':
    case 'session-close':
      log.pause();
      return;
    case 'topology-declare':
    case 'session-start':
    case 'dispatch-start':
    case 'dispatch-end':
    case 'call-send':
    case 'call-first-token':
    case 'tool-end':
    case 'tool-fail':
    case 'engine-store':
    case 'engine-remove':
    case 'engine-pressure':
    case 'intent-settle':
    case 'intent-verify':
      return;
    default:
      unreachable(event);
  }
}

function headerOf(workload: WorkloadId, topology: Topology | undefined): object {
  return {
    workload,
    source: 'recorded by Entresol',
    measured: ['agent identity', 'order', 'prompt and output tokens (engine)', 't_start, t_end'],
    estimated: [
      'role_prompt_tokens, where the engine does not render prompts for us',
      'lcp_tokens (equal leading messages, by share of characters)',
    ],
    ...(topology === undefined
      ? {}
      : {
          declared_topology: {
            source: 'the graph as the framework declared it',
            edges: topology.edges.map(({ from, to }) => [from, to]),
          },
        }),
    header: true,
  };
}

function seconds(ms: number): number {
  return Math.round(ms) / 1000;
}

function unreachable(value: never): never {
  throw new TypeError(`unhandled event: ${JSON.stringify(value)}`);
}
