import { describe, expect, it } from 'vitest';
import { createRuntime } from '../src/index.ts';
import type { PolicyContext } from '../src/index.ts';
import { contextOver, type World } from '../src/decision-record.ts';
import { PolicyHost } from '../src/policy-host.ts';
import { FakeDriver } from '../src/testing/index.ts';
import { policyOf } from './support/setting.ts';
import { probe } from './support/probe.ts';

const driver = new FakeDriver();
const world: World = {
  residency: driver.residency,
  cost: () => driver.cost,
  load: () => driver.load(),
  nextPrefix: () => undefined,
};

describe('trial', () => {
  it('leaves a share of sessions alone, the same ones always, and half of the blocks', () => {
    const { policy, trial } = probe('none');
    const sessions = Array.from({ length: 1_000 }, (_, n) => trial.actsInSession(policy, `s${n}`));
    const acted = sessions.filter(Boolean).length;
    expect(acted).toBeGreaterThan(450);
    expect(acted).toBeLessThan(550);
    expect(trial.actsInSession(policy, 's1')).toBe(sessions[1]);
    for (let pair = 0; pair < 20; pair++) {
      const [first, second] = [2 * pair, 2 * pair + 1].map((n) => trial.actsInBlock(policy, n));
      expect(first).toBe(second !== true);
    }
  });

  it('never takes a guard away', () => {
    const { trial } = probe('none');
    const guard = policyOf({ failure: 'closed' });
    expect(trial.kindOf(guard)).toBe('none');
    expect(trial.acts(guard, 's')).toBe(true);
  });

  it('asks nothing of a policy where it does not act', () => {
    const policy = policyOf({
      mode: 'on',
      score: { prefix: () => undefined },
      act: { inline: () => [{ kind: 'annotate' }] },
    });
    const host = new PolicyHost([policy], { acts: (_, session) => session === 's1' });
    const wishes = (session: string): number => {
      const occasion = { type: 'tool', session, agent: 'a', tool: 't', args: {} } as const;
      const context = (): PolicyContext => contextOver(host, world, 0);
      return host.inline(occasion, context, { defaultMode: 'on', stopped: false }).length;
    };
    expect([wishes('s1'), wishes('s2')]).toStrictEqual([1, 0]);
    expect(host.ranks('on')).toBe(false);
  });

  it.each([
    [{ holdout: 1 }, 'trial.holdout must be above 0 and below 1, got 1'],
    [{ blockMs: 0 }, 'trial.blockMs must be 1 or more milliseconds, got 0'],
  ])('refuses %o', (trial, message) => {
    expect(() => createRuntime({ engines: new FakeDriver(), trial })).toThrow(message);
  });
});
