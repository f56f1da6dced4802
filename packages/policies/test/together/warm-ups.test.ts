import { createRuntime } from '@entresol/runtime-core';
import type { Outcome, Policy } from '@entresol/runtime-core';
import { countingIds, FakeDriver, ManualClock } from '@entresol/runtime-core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fairness } from '../../src/fairness/index.ts';
import { untilOver } from '../virtual-time.ts';
import { crews, scriptedReply } from './crews.ts';

/** While a tool runs in a session of tenant `large`, has the prompt of another agent brought up. */
function warmer(outcomes: Outcome[]): Policy {
  const tenants = new Map<string, string | undefined>();
  let agents: readonly string[] = [];
  return {
    name: 'warmer',
    mode: 'on',
    interference: 'endpoint',
    observe(event) {
      if (event.type === 'intent-settle') outcomes.push(event.outcome);
      if (event.type !== 'call-start') return;
      tenants.set(event.session, event.tenant);
      agents = [...new Set([...agents, event.agent])];
    },
    act: {
      background(occasion, context) {
        if (occasion.type !== 'gap' || tenants.get(occasion.session) !== 'large') return [];
        const { session } = occasion;
        return agents.flatMap((agent) => {
          const prefix = context.nextPrefix(agent, session);
          if (prefix === undefined || context.residency.of(prefix).tokens >= prefix.tokens)
            return [];
          const deadlineMs = context.nowMs + 1_000;
          return [{ kind: 'prefetch', prefix, session, probability: 1, deadlineMs }];
        });
      },
    },
  };
}

describe.each(crews)('fairness and warm-ups in %s', (_, openCrew) => {
  it('charges them to the tenant for whose session they were, and to no other', async () => {
    const clock = new ManualClock();
    const outcomes: Outcome[] = [];
    const fair = fairness({ mode: 'on' });
    const driver = new FakeDriver({ slots: 1, reply: scriptedReply });
    const runtime = createRuntime({
      engines: driver,
      clock,
      ids: countingIds(),
      queue: { concurrency: 2 },
      budget: { maxLoadAgeMs: Infinity },
      tenantOf: (metadata) => String(metadata['tenant']),
      policies: [warmer(outcomes), fair],
    });
    onTestFinished(() => runtime.close());
    await runtime.ready;
    // Time for the warm-up while the tool runs.
    const { ask } = openCrew(runtime, async () => {
      await new Promise<void>((resolve) => clock.at(clock.now() + 50, resolve));
      return 'sent';
    });
    const run = async (agent: string, tenant: string, session: string): Promise<void> => {
      await untilOver(clock, ask(agent, { session, tenant }), 12);
    };
    for (const tenant of ['large', 'small']) {
      await run('stranger', tenant, `${tenant}-1`);
      // One slot: by now the stranger's prompt is gone.
      await run('trusted', tenant, `${tenant}-2`);
    }
    const computed = outcomes.reduce((sum, { computedTokens }) => sum + computedTokens, 0);
    expect(computed).toBeGreaterThan(0);
    const { large, small } = fair.figures().tenants;
    expect(large).toMatchObject({ calls: 4, warmUpCost: computed });
    expect(small).toMatchObject({ calls: 4, warmUpCost: 0 });
    const used = large?.cost ?? 0;
    expect(used - computed).toBeGreaterThan(0);
  });
});
