import { describe, expect, it } from 'vitest';
import { replayDecisions, type Policy, type RuntimeRecord } from '../src/index.ts';
import { buildEvents, countingIds, FakeDriver } from '../src/testing/index.ts';
import { chat, openSetting, policyOf } from './support/setting.ts';
import { tinySage } from './support/tiny-sage.ts';

const follows = { triage: 'billing', billing: 'triage' };

/** A run with calls, gaps, prefetches and evictions. Its recording as it would come back from a file. */
async function recorded(
  policies: readonly Policy[],
  driver = new FakeDriver({ slots: 2 }),
): Promise<readonly RuntimeRecord[]> {
  const { runtime, ask, clock, records } = await openSetting({ driver, policies });
  const make = buildEvents({ clock, ids: countingIds() });
  for (const [at, agent] of ['triage', 'billing', 'triage', 'billing', 'triage'].entries()) {
    const session = `s${at % 3}`;
    await ask(chat(agent, session, [`a private question ${at}`]));
    const tool = make.tool(session, 'look');
    runtime.observe(tool.start);
    clock.advanceBy(200);
    runtime.observe(tool.end());
  }
  runtime.observe(make.pause('s0'));
  runtime.closeSession('s0');
  return records.map((record) => JSON.parse(JSON.stringify(record)));
}

const kinds = (records: readonly RuntimeRecord[]): ReadonlySet<string> =>
  new Set(records.map((one) => (one.kind === 'event' ? 'event' : one.decision.type)));

/** Acts only where the endpoint's default says so. */
function modeless(): Policy {
  const { mode: _, ...rest } = tinySage(follows);
  return rest;
}

/** Learns from what it asks while it observes. */
function asking(): Policy {
  let held = 0;
  let ms = 0;
  return policyOf({
    mode: 'on',
    observe(event, context) {
      if (event.type !== 'call-start') return;
      for (const prefix of event.prefixes) {
        held += context.residency.of(prefix).tokens;
        ms += context.cost(prefix.scope).computeMs(0, prefix.tokens);
      }
      ms += context.nextPrefix('billing', event.session)?.tokens ?? 0;
    },
    score: { prefix: ({ tokens }) => ({ reuse: 1, gainMs: ms, keep: held + tokens }) },
  });
}

describe('replayDecisions', () => {
  it('makes every decision again, the same, with fresh policies', async () => {
    const records = await recorded([tinySage(follows)]);
    expect(kinds(records)).toStrictEqual(new Set(['event', 'background', 'rank']));
    const replayed = replayDecisions(records, [tinySage(follows)]);
    expect(replayed.divergences).toStrictEqual([]);
    expect(replayed.events + replayed.decisions).toBe(records.length);
    expect(replayed.decisions).toBeGreaterThan(10);
  });

  it('shows where another policy decides otherwise', async () => {
    const records = await recorded([tinySage(follows)]);
    const { divergences } = replayDecisions(records, [tinySage({ triage: 'nobody' })]);
    expect(divergences.length).toBeGreaterThan(0);
    const [first] = divergences;
    const line = records[(first?.line ?? 0) - 1];
    expect(line).toMatchObject({ kind: 'decision', decision: first?.recorded });
  });

  it('replays what was only watched: a policy without a mode on a shared engine', async () => {
    const shared = new FakeDriver({ slots: 2, capabilities: { exclusive: false } });
    const records = await recorded([modeless()], shared);
    expect(replayDecisions(records, [modeless()]).divergences).toStrictEqual([]);
  });

  it('replays policies that ask for costs and residency while they observe', async () => {
    const records = await recorded([asking()]);
    expect(kinds(records)).toContain('rank');
    expect(replayDecisions(records, [asking()]).divergences).toStrictEqual([]);
  });

  it('never records text of a prompt', async () => {
    const text = JSON.stringify(await recorded([tinySage(follows)]));
    expect(text).not.toContain('private question');
    expect(text).not.toContain('follows ten plain words');
  });
});

describe('a recorder that throws', () => {
  it('is counted and changes nothing', async () => {
    const { ask, runtime } = await openSetting({
      recorder: () => {
        throw new Error('disk full');
      },
    });
    expect((await ask(chat('triage', 's', ['hello']))).status).toBe(200);
    expect(runtime.report().background.refused['recorder-fault']).toBeGreaterThan(0);
  });
});
