import { describe, expect, it } from 'vitest';
import { SessionRegistry } from '../src/session-registry.ts';
import { buildEvents, countingIds, ManualClock } from '../src/testing/index.ts';

const minuteMs = 60_000;

function open(): {
  registry: SessionRegistry;
  clock: ManualClock;
  events: ReturnType<typeof buildEvents>;
} {
  const clock = new ManualClock();
  const events = buildEvents({ clock, ids: countingIds() });
  return { registry: new SessionRegistry(), clock, events };
}

/** Sessions that pause and come back after `gapMs`, one after another. */
function returns(
  { registry, clock, events }: ReturnType<typeof open>,
  times: number,
  gapMs: number,
): void {
  for (let at = 0; at < times; at += 1) {
    const session = `returning-${at}`;
    registry.observe(events.call(session, 'triage').start);
    registry.observe(events.pause(session));
    clock.advanceBy(gapMs);
    registry.observe(events.call(session, 'triage').start);
    registry.observe(events.close(session));
  }
}

describe('SessionRegistry', () => {
  it('knows a live session, its workload and its last call, until it is closed', () => {
    const { registry, events } = open();
    registry.observe(events.start('s'));
    const { start } = events.call('s', 'triage');
    registry.observe(start);
    expect(registry.workload('s')).toBe('workload');
    expect(registry.lastCall('s')).toBe(start.call);
    registry.observe(events.close('s'));
    expect(registry.size).toBe(0);
    expect(registry.lastCall('s')).toBeUndefined();
  });

  it('is not brought back by events that trail after the close', () => {
    const { registry, events } = open();
    const call = events.call('s', 'triage');
    registry.observe(call.start);
    registry.observe(events.close('s'));
    for (const event of [call.firstToken(), call.end(), events.tool('s', 't').end()]) {
      registry.observe(event);
    }
    registry.observe(events.pause('s'));
    expect(registry.size).toBe(0);
  });

  it('takes a paused session as over after half an hour before returns were seen', () => {
    const { registry, clock, events } = open();
    registry.observe(events.call('s', 'triage').start);
    registry.observe(events.pause('s'));
    clock.advanceBy(30 * minuteMs);
    expect(registry.idle(clock.now())).toStrictEqual([]);
    clock.advanceBy(1);
    expect(registry.idle(clock.now())).toStrictEqual([{ session: 's', workload: 'workload' }]);
  });

  it('learns the limit from 8 returns: ten times the longest, within 5 minutes and 6 hours', () => {
    const few = open();
    returns(few, 7, 2 * minuteMs);
    expect(few.registry.idleLimitMs).toBe(30 * minuteMs);
    returns(few, 1, minuteMs);
    expect(few.registry.idleLimitMs).toBe(20 * minuteMs);

    const quick = open();
    returns(quick, 8, 1_000);
    expect(quick.registry.idleLimitMs).toBe(5 * minuteMs);

    const slow = open();
    returns(slow, 8, 300 * minuteMs);
    expect(slow.registry.idleLimitMs).toBe(360 * minuteMs);
  });

  it('forgets returns beyond the last 64', () => {
    const setting = open();
    returns(setting, 1, 3 * minuteMs);
    returns(setting, 64, minuteMs);
    expect(setting.registry.idleLimitMs).toBe(10 * minuteMs);
  });

  it('does not count a session as idle that came back', () => {
    const { registry, clock, events } = open();
    registry.observe(events.call('s', 'triage').start);
    registry.observe(events.pause('s'));
    clock.advanceBy(10 * minuteMs);
    registry.observe(events.call('s', 'triage').start);
    clock.advanceBy(60 * minuteMs);
    expect(registry.idle(clock.now())).toStrictEqual([]);
  });

  it('takes a session that fell silent without a pause as over after 6 hours', () => {
    const { registry, clock, events } = open();
    registry.observe(events.call('s', 'triage').start);
    clock.advanceBy(360 * minuteMs);
    expect(registry.idle(clock.now())).toStrictEqual([]);
    clock.advanceBy(1);
    expect(registry.idle(clock.now())).toHaveLength(1);
  });

  it('has nothing to do with events that belong to no session', () => {
    const { registry } = open();
    const topology = { agents: [], edges: [], unknownTargets: [] };
    registry.observe({ type: 'topology-declare', atMs: 0, workload: 'w', topology });
    expect(registry.size).toBe(0);
  });
});
