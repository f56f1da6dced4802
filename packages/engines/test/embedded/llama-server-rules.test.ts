import { describe, expect, it } from 'vitest';
import { ask, openForTest, systemOf, userSays } from './support/engine-under-test.ts';
import { prefetchOf, ticketFor } from './support/passive-host.ts';

describe('an engine under llama-server’s rules', () => {
  it('asks nobody, keeps no roles and refuses background acts', async () => {
    await using under = await openForTest({ management: 'llama-server' });
    await ask(under.engine, [systemOf('clerk'), userSays('x')], {
      as: { agent: 'clerk', session: 's' },
    });
    expect(under.host.asked).toEqual([]);
    // A role head would have been saved by now.
    expect(under.engine.stats().spills).toBe(0);
    const prefix = {
      id: 'p',
      scope: { endpoint: 'e', model: 'm', namespace: '' },
      agent: 'clerk',
      tokens: 9,
      tokensEvidence: 'exact',
    } as const;
    const ticket = ticketFor(prefetchOf(prefix));
    under.engine.submit(ticket);
    expect(await under.host.settled(ticket.id)).toMatchObject({ state: 'refused' });
  });

  it('copies idle slots to the prompt cache at a launch, and takes an entry out when it loads it', async () => {
    await using under = await openForTest({ management: 'llama-server', slots: 1 });
    const clerk = [systemOf('clerk'), userSays('First')];
    const porter = [systemOf('porter'), userSays('Second')];
    await ask(under.engine, clerk);
    await ask(under.engine, porter);
    const back = await ask(under.engine, clerk);
    expect(back.fromDisk).toBe(back.prompt - 1);
    expect(under.engine.stats()).toMatchObject({ loads: 1, spills: 2 });
    // The porter's prompt was saved in exchange, the clerk's is in the slot alone.
    const other = await ask(under.engine, porter);
    expect(other.fromDisk).toBe(other.prompt - 1);
  });

  it('keeps a slot with a shared role although the rest of it is another session’s', async () => {
    await using under = await openForTest({ management: 'llama-server' });
    await ask(under.engine, [systemOf('clerk'), userSays('Mine '.repeat(60))]);
    const second = await ask(under.engine, [systemOf('clerk'), userSays('Yours '.repeat(60))]);
    // Similarity above 0.1 wins over the slot that was never used.
    expect(second.cached).toBeGreaterThan(64);
  });
});
