import type { Trace, TraceCall } from '@entresol/replay';

function call(agent: number, given: Partial<TraceCall> = {}): TraceCall {
  return {
    agent,
    role: agent,
    conversation: agent,
    roleTokens: 200,
    contextTokens: 400,
    outputTokens: 100,
    reusedTokens: 0,
    ...given,
  };
}

/** So many sessions, each: writer, critic (whose tool runs), writer again on its own text. */
export function smallTrace(sessions: number): Trace {
  return {
    workload: 'small',
    agents: ['writer', 'critic'],
    roles: 2,
    sessions: Array.from({ length: sessions }, (_, number) => ({
      id: `s${number}`,
      conversations: 2,
      calls: [
        call(0),
        call(1, { tool: 'search' }),
        call(0, { contextTokens: 900, reusedTokens: 500 }),
      ],
    })),
    topology: {
      agents: ['writer', 'critic'],
      edges: [
        { from: 'START', to: 'writer', kind: 'static' },
        { from: 'writer', to: 'critic', kind: 'branch' },
        { from: 'critic', to: 'writer', kind: 'static' },
        { from: 'writer', to: 'END', kind: 'branch' },
      ],
      unknownTargets: [],
    },
    source: { name: 'made by hand', estimated: [] },
  };
}

/** The same as lines of a trace file. */
export function traceLines({ workload, agents, sessions }: Trace): string {
  const header = {
    header: true,
    workload,
    source: 'made by hand',
    declared_topology: {
      start: 'writer',
      edges: [
        ['writer', 'critic'],
        ['critic', 'writer'],
        ['writer', 'END'],
      ],
    },
  };
  const lines = sessions.flatMap(({ id, calls }) =>
    calls.map((one, step) => {
      const next = calls[step + 1];
      return {
        workload,
        session: id,
        step,
        agent: agents[one.agent],
        role_prompt_tokens: one.roleTokens,
        context_tokens: one.contextTokens,
        output_tokens: one.outputTokens,
        lcp_tokens: one.reusedTokens,
        next: next === undefined ? 'END' : agents[next.agent],
        ...(one.tool === undefined ? {} : { tool: one.tool }),
      };
    }),
  );
  return [header, ...lines].map((line) => JSON.stringify(line)).join('\n');
}
