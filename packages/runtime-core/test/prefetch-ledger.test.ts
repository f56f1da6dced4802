import { describe, expect, it } from 'vitest';
import type { CallDraft, Outcome, PrefixRef, Ticket, Usage } from '../src/index.ts';
import { PrefetchLedger } from '../src/prefetch-ledger.ts';
import { prefixOf } from './support/setting.ts';

const role = prefixOf('role', { tokens: 100 });

function ticketFor(prefix: PrefixRef, id = 'i1'): Ticket {
  const intent = { kind: 'prefetch', prefix, session: 's', probability: 1, deadlineMs: 0 } as const;
  const { signal } = new AbortController();
  return { id, policy: 'p', intent, reservedMs: 1, signal };
}

function outcome(changes: Partial<Outcome> = {}): Outcome {
  return {
    id: 'i1',
    state: 'applied',
    mode: 'hard',
    evidence: 'exact',
    computedTokens: 100,
    movedBytes: 0,
    engineMs: 1,
    ...changes,
  };
}

function draftOf(call: string, changes: Partial<CallDraft> = {}): CallDraft {
  const { scope } = role;
  return {
    call,
    agent: 'triage',
    session: 's',
    scope,
    prefixes: [role],
    inputTokens: 120,
    ...changes,
  };
}

const read = (cacheRead: number): Usage => ({ input: 120, cacheRead, output: 1 });

/** A ledger with one prefetch that is settled, over which call `c` has begun. */
function joined(residentBefore = 0, changes: Partial<Outcome> = {}): PrefetchLedger {
  const ledger = new PrefetchLedger();
  ledger.admit(ticketFor(role), { tokens: residentBefore, tier: 'device' });
  ledger.settle(outcome(changes));
  ledger.callStarted(draftOf('c'));
  return ledger;
}

/** What the end of a call says of the acts that it covers. */
const judged = (ledger: PrefetchLedger, call: string, usage?: Usage) =>
  ledger.callEnded(call, usage).map(({ verification }) => verification);

describe('PrefetchLedger', () => {
  it('counts as used what was not resident before and is seen in the cached tokens', () => {
    const ledger = joined();
    expect(judged(ledger, 'c', read(100))).toStrictEqual([
      { id: 'i1', expectedTokens: 100, seenTokens: 100, verdict: 'honoured', useful: true },
    ]);
    expect(ledger).toMatchObject({ issued: 1, used: 1, wastedTokens: 0 });
  });

  it('allows for the last tokens, which every call computes', () => {
    expect(judged(joined(), 'c', read(92))).toMatchObject([{ verdict: 'honoured' }]);
    expect(judged(joined(), 'c', read(91))).toMatchObject([{ verdict: 'ignored' }]);
  });

  it('does not count as useful what was resident when the act began', () => {
    const ledger = joined(100, { computedTokens: 1 });
    expect(judged(ledger, 'c', read(100))).toMatchObject([{ verdict: 'honoured', useful: false }]);
    expect(ledger).toMatchObject({ used: 0, wastedTokens: 1 });
  });

  it('counts tokens as wasted where the call did not read them', () => {
    const ledger = joined();
    expect(judged(ledger, 'c', read(0))).toMatchObject([{ verdict: 'ignored', useful: false }]);
    expect(ledger).toMatchObject({ issued: 1, used: 0, wastedTokens: 100 });
  });

  it('does not know where the engine gives no figure or the call failed', () => {
    expect(judged(joined(), 'c', { input: 120, output: 1 })).toMatchObject([
      { verdict: 'unknown', useful: false },
    ]);
    expect(judged(joined(), 'c', undefined)).toMatchObject([{ verdict: 'unknown' }]);
  });

  it('says each verification once', () => {
    const ledger = joined();
    ledger.callEnded('c', read(100));
    ledger.callStarted(draftOf('d'));
    expect(judged(ledger, 'd', read(100))).toStrictEqual([]);
    expect(ledger.used).toBe(1);
  });

  it('forgets an act that did nothing', () => {
    const ledger = joined(0, { state: 'skipped-resident', computedTokens: 0 });
    expect(judged(ledger, 'c', read(100))).toStrictEqual([]);
    expect(ledger).toMatchObject({ issued: 0, wastedTokens: 0 });
  });

  it('judges by the first call that covers the prefix, and not by another', () => {
    const ledger = new PrefetchLedger();
    ledger.admit(ticketFor(role), { tokens: 0 });
    ledger.settle(outcome());
    ledger.callStarted(draftOf('other', { agent: 'billing', prefixes: [prefixOf('else')] }));
    expect(judged(ledger, 'other', read(0))).toStrictEqual([]);
    ledger.callStarted(draftOf('c'));
    expect(judged(ledger, 'c', read(100))).toHaveLength(1);
  });

  it('judges a prefetch that outlasts the call by the next one', () => {
    const ledger = new PrefetchLedger();
    ledger.admit(ticketFor(role), { tokens: 0 });
    ledger.callStarted(draftOf('early'));
    expect(judged(ledger, 'early', read(0))).toStrictEqual([]);
    ledger.settle(outcome());
    ledger.callStarted(draftOf('c'));
    expect(judged(ledger, 'c', read(100))).toMatchObject([{ useful: true }]);
  });

  it("covers a session's next prompt, which extends the warmed one without naming it", () => {
    const session = prefixOf('s1', { session: 's', parent: 'role' });
    expect(PrefetchLedger.covers(session, draftOf('c'))).toBe(true);
    expect(PrefetchLedger.covers(session, draftOf('c', { session: 'another' }))).toBe(false);
    expect(PrefetchLedger.covers(session, draftOf('c', { agent: 'billing' }))).toBe(false);
  });

  it('takes no note of acts that are no prefetch', () => {
    const ledger = new PrefetchLedger();
    const { prefix } = ticketFor(role).intent;
    const intent = { kind: 'release', prefix, how: 'drop', why: 'kill-switch' } as const;
    ledger.admit({ ...ticketFor(role), intent }, { tokens: 0 });
    ledger.settle(outcome());
    expect(ledger).toMatchObject({ issued: 0, wastedTokens: 0 });
  });
});
