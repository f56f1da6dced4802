import type {
  ContinuedPrompt,
  PolicyContext,
  PrefixRef,
  RuntimeEvent,
} from '@entresol/runtime-core';
import { buildEvents, countingIds, ManualClock } from '@entresol/runtime-core/testing';
import { describe, expect, it } from 'vitest';
import { parseTrace, traceRecorder } from '../../src/index.ts';
import type { Trace } from '../../src/index.ts';

const context: PolicyContext = {
  nowMs: 0,
  nextAgent: () => [],
  worth: () => undefined,
  residency: { of: () => ({ tokens: 0, truth: 'own' }) },
  cost: () => {
    throw new Error('a recorder asks for no cost');
  },
  load: () => {
    throw new Error('a recorder asks for no load');
  },
  nextPrefix: () => undefined,
};

function recording({ takes = true }: { readonly takes?: boolean } = {}) {
  const lines: string[] = [];
  const clock = new ManualClock(5000);
  const recorder = traceRecorder((line) => {
    if (takes) lines.push(line);
    return takes;
  });
  return {
    clock,
    lines,
    recorder,
    events: buildEvents({ clock, ids: countingIds(), workload: 'desk' }),
    hear: (event: RuntimeEvent) => recorder.policy.observe?.(event, context),
    trace: (): Trace => parseTrace(lines, 'recorded').trace,
  };
}

function chain(
  agent: string,
  session: string,
  links: readonly (readonly [id: string, tokens: number])[],
  tokensEvidence: PrefixRef['tokensEvidence'] = 'exact',
): readonly PrefixRef[] {
  const scope = { endpoint: 'e', model: 'm', namespace: '' };
  return links.map(([id, tokens], at) => ({
    id,
    scope,
    agent,
    tokens,
    tokensEvidence,
    ...(at === 0 ? {} : { session }),
  }));
}

describe('traceRecorder', () => {
  it('writes calls with counts, seconds since the session began, and the tool that followed', () => {
    const { clock, events, hear, recorder, trace, lines } = recording();
    const first = events.call('user-7', 'triage', {
      prefixes: chain('triage', 'user-7', [
        ['role-a', 100],
        ['p1', 140],
      ]),
    });
    hear(first.start);
    clock.advanceTo(6250);
    hear(first.end({ input: 140, output: 9, cacheRead: 100 }));
    hear(events.tool('user-7', 'lookup').start);
    clock.advanceTo(7000);
    const second = events.call('user-7', 'writer', {
      prefixes: chain('writer', 'user-7', [
        ['role-b', 60],
        ['p2', 200],
      ]),
    });
    hear(second.start);
    clock.advanceTo(8000);
    hear(second.end({ input: 200, output: 30 }));
    hear(events.close('user-7'));

    expect(recorder.calls).toBe(2);
    expect(recorder.unrecorded).toEqual({ failed: 0, withoutUsage: 0, dropped: 0 });
    expect(trace().agents).toEqual(['triage', 'writer']);
    expect(trace().sessions).toEqual([
      {
        id: 's1',
        conversations: 2,
        calls: [
          expect.objectContaining({
            roleTokens: 100,
            contextTokens: 40,
            outputTokens: 9,
            startedAtS: 0,
            endedAtS: 1.25,
            tool: 'lookup',
          }),
          expect.objectContaining({ roleTokens: 60, contextTokens: 140, startedAtS: 2 }),
        ],
      },
    ]);
    // Neither the app's own session id nor a hash of a prompt.
    expect(lines.join('\n')).not.toMatch(/user-7|role-a|"p1"/u);
  });

  it('says the declared graph, before the first call', () => {
    const { events, hear, trace } = recording();
    hear({
      type: 'topology-declare',
      atMs: 0,
      workload: 'desk',
      topology: {
        agents: ['triage', 'writer'],
        edges: [
          { from: 'START', to: 'triage', kind: 'static' },
          { from: 'triage', to: 'writer', kind: 'static' },
        ],
        unknownTargets: [],
      },
    });
    for (const agent of ['triage', 'writer']) {
      const call = events.call('s', agent);
      hear(call.start);
      hear(call.end({ input: 10, output: 1 }));
    }
    hear(events.pause('s'));
    expect(trace().topology?.edges.map(({ from, to }) => [from, to])).toEqual([
      ['START', 'triage'],
      ['triage', 'writer'],
    ]);
  });

  it.each<{
    says: string;
    continues?: ContinuedPrompt;
    read?: number;
    links: [string, number][];
    shared: number;
  }>([
    {
      says: 'what the runtime compared',
      continues: { call: 'call-1', tokens: 150 },
      links: [
        ['r', 100],
        ['p2', 220],
      ],
      shared: 50,
    },
    {
      says: 'the longest common link',
      links: [
        ['r', 100],
        ['p1', 140],
        ['p2', 220],
      ],
      shared: 40,
    },
    {
      says: 'the cached tokens where nothing else is known',
      read: 130,
      links: [
        ['r', 100],
        ['p2', 220],
      ],
      shared: 30,
    },
    {
      says: 'nothing of a prompt with another role head',
      read: 0,
      links: [
        ['q', 100],
        ['p2', 220],
      ],
      shared: 0,
    },
  ])('takes as shared $says', ({ continues, read = 0, links, shared }) => {
    const { events, hear, trace } = recording();
    const prefixes = chain('a', 's', [
      ['r', 100],
      ['p1', 140],
    ]);
    const first = events.call('s', 'a', { prefixes });
    hear(first.start);
    hear(first.end({ input: 140, output: 10 }));
    const second = events.call('s', 'a', { prefixes: chain('a', 's', links) });
    const compared = continues && { ...continues, call: first.start.call };
    hear({ ...second.start, ...(compared && { continues: compared }) });
    hear(second.end({ input: 220, output: 10, cacheRead: read }));
    hear(events.pause('s'));
    expect(trace().sessions[0]?.calls[1]?.reusedTokens).toBe(shared);
  });

  it('keeps parallel calls of one agent in conversations of their own, in the order in which they were queued', () => {
    const { clock, events, hear, trace } = recording();
    const [one, two] = [events.call('s', 'search'), events.call('s', 'search')];
    hear(one.start);
    hear(two.start);
    clock.advanceTo(5500);
    hear(two.end({ input: 20, output: 2 }));
    clock.advanceTo(6000);
    hear(one.end({ input: 10, output: 1 }));
    hear(events.close('s'));
    const calls = trace().sessions[0]?.calls ?? [];
    expect(calls.map(({ contextTokens }) => contextTokens)).toEqual([10, 20]);
    expect(calls.map(({ conversation }) => conversation)).toEqual([0, 1]);
  });

  it('leaves out calls that failed or without usage, counts them, and goes on', () => {
    const { events, hear, recorder, trace } = recording();
    const failing = events.call('s', 'a');
    hear(failing.start);
    hear(failing.fail());
    const silent = events.call('s', 'a');
    hear(silent.start);
    hear(silent.end());
    const sound = events.call('s', 'a');
    hear(sound.start);
    hear(sound.end({ input: 10, output: 1 }));
    recorder.flush();
    expect(recorder.unrecorded).toEqual({ failed: 1, withoutUsage: 1, dropped: 0 });
    expect(trace().sessions[0]?.calls).toHaveLength(1);
  });

  it('puts counts that were estimated right by what the engine counted, one length per role', () => {
    const { events, hear, trace } = recording();
    for (const [id, tokens, input] of [
      ['p1', 100, 200],
      ['p2', 100, 180],
    ] as const) {
      const call = events.call('s', 'a', {
        prefixes: chain(
          'a',
          's',
          [
            ['r', 40],
            [id, tokens],
          ],
          'derived',
        ),
      });
      hear(call.start);
      hear(call.end({ input, output: 1 }));
    }
    hear(events.pause('s'));
    // 40 of 100 characters' worth of tokens are 80 of the 200 that the engine counted.
    expect(trace().sessions[0]?.calls.map(({ roleTokens }) => roleTokens)).toEqual([80, 80]);
    expect(trace().sessions[0]?.calls.map(({ contextTokens }) => contextTokens)).toEqual([
      120, 100,
    ]);
  });

  it('counts the calls whose line was not taken', () => {
    const { events, hear, recorder } = recording({ takes: false });
    const call = events.call('s', 'a');
    hear(call.start);
    hear(call.end({ input: 10, output: 1 }));
    hear(events.close('s'));
    expect(recorder.calls).toBe(0);
    expect(recorder.unrecorded.dropped).toBe(1);
  });
});
