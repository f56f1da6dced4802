import { describe, expect, it } from 'vitest';
import { buildEvents, countingIds, ManualClock, scriptedLink } from '../../src/testing/index.ts';

describe('buildEvents', () => {
  it('names the call before, the same ids from start to end, and the time of the clock', () => {
    const clock = new ManualClock(5);
    const make = buildEvents({ clock, ids: countingIds() });
    const first = make.call('s', 'triage');
    const other = make.call('t', 'triage');
    const second = make.call('s', 'billing');
    expect(first.start).not.toHaveProperty('previous');
    expect(other.start).not.toHaveProperty('previous');
    expect(second.start.previous).toBe(first.start.call);
    clock.advanceTo(9);
    const { call, dispatch, agent } = second.start;
    const usage = { input: 3, output: 1 };
    expect(second.end(usage)).toStrictEqual({
      type: 'call-end',
      atMs: 9,
      workload: 'workload',
      session: 's',
      call,
      dispatch,
      agent,
      usage,
    });
    expect(make.tool('s', 'look').start).toMatchObject({ type: 'tool-start', dispatch });
  });
});

describe('scriptedLink', () => {
  it('answers from the body, numbers calls, and notes what it was asked', () => {
    const link = scriptedLink(({ user }) =>
      user === 'ours' ? { agent: 'triage', session: 's' } : undefined,
    );
    expect(link.identify({ user: 'ours' })).toMatchObject({ call: 'call-1', attempt: 1 });
    expect(link.identify({ user: 'theirs' })).toBeUndefined();
    expect(link.asked).toStrictEqual([{ user: 'ours' }, { user: 'theirs' }]);
  });
});
