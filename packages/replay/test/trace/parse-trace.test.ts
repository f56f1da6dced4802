import { describe, expect, it } from 'vitest';
import { parseTrace, TraceError } from '../../src/index.ts';
import type { TraceErrorCode, TraceOptions } from '../../src/index.ts';

type Fields = Readonly<Record<string, unknown>>;

const call = (fields: Fields = {}): Fields => ({
  workload: 'desk',
  session: 'a-1',
  step: 0,
  agent: 'triage',
  role_prompt_tokens: 100,
  context_tokens: 50,
  output_tokens: 10,
  ...fields,
});

const read = (
  lines: readonly (Fields | string)[],
  options: TraceOptions = {},
): ReturnType<typeof parseTrace> =>
  parseTrace(
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))),
    'desk.jsonl',
    options,
  );

function refusal(lines: readonly (Fields | string)[], options?: TraceOptions): TraceError {
  try {
    read(lines, options);
  } catch (error) {
    if (error instanceof TraceError) return error;
    throw error;
  }
  throw new Error('the trace was accepted');
}

describe('a sound trace', () => {
  it('keeps counts, times and tools, and numbers agents and roles as they come', () => {
    const { trace, skippedLines } = read([
      call({ t_start: 0, t_end: 1.5, tool: 'search' }),
      call({ step: 1, agent: 'writer', role_prompt_tokens: 80, t_start: 2, api_time: 0.5 }),
    ]);
    expect(skippedLines).toBe(0);
    expect(trace).toMatchObject({ workload: 'desk', agents: ['triage', 'writer'], roles: 2 });
    expect(trace.topology).toBeUndefined();
    expect(trace.sessions).toEqual([
      {
        id: 'a-1',
        conversations: 2,
        calls: [
          {
            agent: 0,
            role: 0,
            conversation: 0,
            roleTokens: 100,
            contextTokens: 50,
            outputTokens: 10,
            reusedTokens: 0,
            startedAtS: 0,
            endedAtS: 1.5,
            tool: 'search',
          },
          {
            agent: 1,
            role: 1,
            conversation: 1,
            roleTokens: 80,
            contextTokens: 50,
            outputTokens: 10,
            reusedTokens: 0,
            startedAtS: 2,
            endedAtS: 2.5,
          },
        ],
      },
    ]);
  });

  it('tells sub-agents of one name apart by their parent', () => {
    const { trace } = read([
      call({ parent: 'x' }),
      call({ step: 1, parent: 'y' }),
      call({ step: 2, parent: 'x' }),
    ]);
    expect(trace.sessions[0]?.calls.map(({ conversation }) => conversation)).toEqual([0, 1, 0]);
  });

  it('lets a call reuse no more than the one before it had, and the first one nothing', () => {
    const { trace } = read([
      call({ lcp_tokens: 50 }),
      call({ step: 1, context_tokens: 90, lcp_tokens: 55 }),
      call({ step: 2, context_tokens: 200, lcp_tokens: 200 }),
    ]);
    // The last: 90 tokens of context and 10 of reply came before.
    expect(trace.sessions[0]?.calls.map(({ reusedTokens }) => reusedTokens)).toEqual([0, 55, 100]);
  });

  it('counts what two chains of blocks have in common, less the role', () => {
    const { trace } = read([
      { header: true, block_size: 32 },
      call({
        context_tokens: 92,
        blocks: [
          [1, 4],
          [9, 2],
        ],
      }),
      call({
        step: 1,
        context_tokens: 92,
        blocks: [
          [1, 3],
          [4, 1],
          [9, 1],
          [20, 1],
        ],
      }),
    ]);
    // Five blocks of 32 tokens are equal; 100 of the 160 are the role.
    expect(trace.sessions[0]?.calls[1]?.reusedTokens).toBe(60);
  });

  it('shares role prefixes by agent, by the role that a line names, by task, or as it is told', () => {
    const lines = [
      call(),
      call({ step: 1, role: 'formal' }),
      call({ session: 'b-1' }),
      call({ session: 'a-2' }),
    ];
    const roles = (options?: TraceOptions): readonly number[] =>
      read(lines, options).trace.sessions.flatMap(({ calls }) => calls.map(({ role }) => role));
    expect(roles()).toEqual([0, 1, 0, 0]);
    expect(roles({ roles: 'agent-and-task' })).toEqual([0, 1, 0, 2]);
    expect(roles({ roleOf: ({ session }) => session })).toEqual([0, 0, 1, 2]);
  });

  it('reads one of several workloads', () => {
    const lines = [
      { header: true, workload: 'desk', source: 'first' },
      call(),
      { header: true, workload: 'crew', source: 'second' },
      call({ workload: 'crew', session: 'c', agent: 'planner' }),
    ];
    const { trace } = read(lines, { workload: 'crew' });
    expect(trace).toMatchObject({ workload: 'crew', agents: ['planner'] });
    expect(trace.source.name).toBe('second');
    expect(refusal(lines)).toMatchObject({ code: 'mixed-workloads', line: 3, value: 'crew' });
  });
});

const declared = (edges: unknown, start?: string): ReturnType<typeof parseTrace>['trace'] =>
  read([
    { header: true, declared_topology: { start, edges } },
    call(),
    call({ step: 1, agent: 'writer' }),
  ]).trace;

describe('the declared graph', () => {
  it('has START and END, and no agents that never call', () => {
    const { topology } = declared(
      [
        ['triage', 'writer'],
        ['triage', 'terminal'],
        ['triage', 'END'],
        ['writer', 'END'],
      ],
      'triage',
    );
    expect(topology).toEqual({
      agents: ['triage', 'writer'],
      edges: [
        { from: 'triage', to: 'writer', kind: 'branch' },
        { from: 'triage', to: 'END', kind: 'branch' },
        { from: 'writer', to: 'END', kind: 'static' },
        { from: 'START', to: 'triage', kind: 'static' },
      ],
      unknownTargets: [],
    });
  });

  it('is absent where it is prose, or names none of the agents', () => {
    expect(declared('complete graph').topology).toBeUndefined();
    expect(declared([['main', 'explore']], 'main').topology).toBeUndefined();
  });
});

describe('a trace with a fault', () => {
  it.each<[TraceErrorCode, string | undefined, number, readonly (Fields | string)[]]>([
    ['not-json', undefined, 2, [call(), '{"session":"a-1","st']],
    ['bad-field', 'context_tokens', 1, [call({ context_tokens: -1 })]],
    ['bad-field', 'output_tokens', 1, [call({ output_tokens: 1.5 })]],
    ['bad-field', 'agent', 1, [call({ agent: undefined })]],
    ['bad-field', 'agent', 1, [call({ agent: 'END' })]],
    [
      'bad-field',
      'blocks[1][0]',
      1,
      [
        call({
          blocks: [
            [1, 1],
            ['x', 1],
          ],
        }),
      ],
    ],
    ['bad-field', 'lcp_tokens', 1, [call({ lcp_tokens: 51 })]],
    ['bad-field', 't_end', 1, [call({ t_start: 2, t_end: 1 })]],
    ['duplicate-step', 'step', 2, [call(), call()]],
    ['step-order', 'step', 2, [call({ step: 5 }), call({ step: 4 })]],
    ['late-header', 'header', 2, [call(), { header: true }]],
    ['mixed-workloads', 'workload', 2, [call(), call({ workload: 'crew', session: 'b' })]],
  ])('is refused: %s %s', (code, field, line, lines) => {
    const error = refusal(lines);
    expect(error).toMatchObject({ code, field, line, file: 'desk.jsonl' });
    expect(error.message).toMatch(/^desk\.jsonl:\d+: /u);
  });

  it('names the value and the way out', () => {
    const { message, value } = refusal([call({ context_tokens: 'many' })]);
    expect(value).toBe('many');
    expect(message).toContain('context_tokens is "many"');
    expect(message).toContain('correct the line or leave it out');
  });

  it('is read without the bad lines where that is asked for, and they are counted', () => {
    const { trace, skippedLines, skipReasons } = read(
      [call(), 'oops', call({ step: 1, context_tokens: -3 }), call({ step: 2 }), ''],
      { skipBadLines: true },
    );
    expect(trace.sessions[0]?.calls).toHaveLength(2);
    expect(skippedLines).toBe(2);
    expect(skipReasons.map(({ code, line }) => [code, line])).toEqual([
      ['not-json', 2],
      ['bad-field', 3],
    ]);
  });

  it('is refused as empty when no call is left', () => {
    expect(refusal([])).toMatchObject({ code: 'empty-trace', line: undefined });
    expect(refusal([{ header: true }])).toMatchObject({ code: 'empty-trace' });
    const bad = refusal(['oops', 'oops'], { skipBadLines: true });
    expect(bad).toMatchObject({ code: 'empty-trace' });
    expect(bad.message).toContain('all 2 lines have a fault, the first: desk.jsonl:1');
    expect(refusal([call()], { workload: 'crew' }).message).toContain('no call of workload "crew"');
  });
});
