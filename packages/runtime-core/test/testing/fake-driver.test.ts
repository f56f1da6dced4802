import { describe, expect, it } from 'vitest';
import type { EngineDriver, EngineHost, Intent, Outcome, RuntimeEvent } from '../../src/index.ts';
import { draftCall, FakeDriver, ManualClock } from '../../src/testing/index.ts';
import { chat } from '../support/setting.ts';

/** A fake driver on a manual clock, with what it said. */
async function open(
  driver: FakeDriver,
  rank: EngineHost['rank'] = () => undefined,
): Promise<{ clock: ManualClock; outcomes: Outcome[]; events: RuntimeEvent[] }> {
  const clock = new ManualClock();
  const outcomes: Outcome[] = [];
  const events: RuntimeEvent[] = [];
  await driver.open({
    clock,
    rank,
    worth: () => undefined,
    worthVersion: 0,
    orders: false,
    materialise: () => ({ form: 'chat', body: chat('triage', 's1', ['hello']) }),
    emit: (event) => void events.push(event),
    settle: (outcome) => void outcomes.push(outcome),
  });
  return { clock, outcomes, events };
}

let calls = 0;

/** A managed call of session `session`. */
async function call(driver: EngineDriver, agent: string, session: string): Promise<Response> {
  const body = chat(agent, session, ['hello']);
  calls += 1;
  const identity = {
    workload: 'w',
    dispatch: 'd',
    call: `call-${calls}`,
    attempt: 1,
    metadata: {},
    agent,
    session,
  };
  const draft = draftCall(identity, body, driver, undefined);
  const decorated = driver.decorate(body, { verdict: 'go', annotate: {} }, draft);
  const { baseURL, fetch } = driver.transport;
  return fetch(`${baseURL}/chat/completions`, { method: 'POST', body: JSON.stringify(decorated) });
}

describe('FakeDriver', () => {
  it('takes the time of its work on the host clock when it is timed', async () => {
    const driver = new FakeDriver({ timed: true, msPerToken: 2 });
    const { clock } = await open(driver);
    let answered = false;
    const asked = call(driver, 'triage', 's1').finally(() => (answered = true));
    // 11 prompt tokens and 3 of the reply at 2 ms each.
    await new Promise((resolve) => setImmediate(resolve));
    clock.advanceTo(27);
    await new Promise((resolve) => setImmediate(resolve));
    expect([answered, driver.load().running]).toStrictEqual([false, 1]);
    clock.advanceTo(28);
    expect((await asked).status).toBe(200);
    expect(driver.load().running).toBe(0);
  });

  it('gives up the slot that the host ranks first, and the least recently used without a word', async () => {
    const ranked = new FakeDriver({ slots: 2 });
    await open(ranked, () => [1, 0]);
    const plain = new FakeDriver({ slots: 2 });
    await open(plain);
    for (const driver of [ranked, plain]) {
      for (const agent of ['triage', 'billing', 'writer']) await call(driver, agent, 's1');
      await call(driver, 'triage', 's1');
    }
    expect(ranked.requests.at(-1)?.usage.cacheRead).toBe(10);
    expect(plain.requests.at(-1)?.usage.cacheRead).toBe(0);
  });

  it('restores from the second tier at a tenth of the price', async () => {
    const driver = new FakeDriver({ slots: 1, diskSlots: 1 });
    const { clock, outcomes, events } = await open(driver);
    await call(driver, 'triage', 's1');
    const prefix = driver.requests[0]?.draft?.prefixes.at(-1);
    if (prefix === undefined) throw new TypeError('no draft');
    await call(driver, 'billing', 's1');
    expect(driver.residency.of(prefix)).toMatchObject({ tokens: 11, tier: 'disk' });
    expect(events.map(({ type }) => type)).toContain('engine-remove');

    const intent: Intent = {
      kind: 'prefetch',
      prefix,
      session: 's1',
      probability: 1,
      deadlineMs: 0,
    };
    const { signal } = new AbortController();
    driver.submit({ id: 'i1', policy: 'p', intent, reservedMs: 1, signal });
    clock.advanceBy(2);
    // 11 tokens at a tenth of 1 ms and at 1,000 bytes each.
    expect(outcomes).toMatchObject([
      { id: 'i1', state: 'applied', computedTokens: 0, movedBytes: 11_000, engineMs: 1.1 },
    ]);
    expect(driver.residency.of(prefix)).toMatchObject({ tokens: 11, tier: 'device' });
  });
});
