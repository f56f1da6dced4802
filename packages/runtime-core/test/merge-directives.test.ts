import { describe, expect, it } from 'vitest';
import type { CallPlan, Directive } from '../src/index.ts';
import { mergeDirectives } from '../src/merge-directives.ts';

function merge(...wishes: readonly Directive[]): CallPlan {
  return mergeDirectives(wishes.map((wish, at) => ({ policy: `p${at}`, wish })));
}

function hold(maxMs: number): Directive {
  return { kind: 'hold', until: { call: `call-${maxMs}`, event: 'call-end' }, maxMs };
}

describe('mergeDirectives', () => {
  const serve: Directive = { kind: 'serve', lookup: () => Promise.resolve(undefined) };

  it('sends the call on where nobody says anything', () => {
    expect(merge()).toStrictEqual({ verdict: 'go', annotate: {} });
  });

  it('lets reject go before approve, approve before serve, whatever the order', () => {
    const reject: Directive = { kind: 'reject', reason: 'no' };
    const approve: Directive = { kind: 'approve', question: 'may I?' };
    expect(merge(serve, reject, approve)).toMatchObject({ verdict: 'reject', reason: 'p1: no' });
    expect(merge(approve, serve)).toMatchObject({ verdict: 'approve', reason: 'p0: may I?' });
    expect(merge(serve)).toMatchObject({ verdict: 'serve', reason: 'p0: served' });
  });

  it('takes the first of two refusals and the first of two routes', () => {
    const plan = merge(
      { kind: 'reject', reason: 'first' },
      { kind: 'reject', reason: 'second' },
      { kind: 'route', endpoint: 'a' },
      { kind: 'route', endpoint: 'b' },
    );
    expect(plan).toMatchObject({ reason: 'p0: first', route: 'a' });
  });

  it('waits for the longest hold', () => {
    expect(merge(hold(10), hold(30), hold(20)).hold).toMatchObject({ maxMs: 30 });
  });

  it('annotates with the most urgent, the longest life, and the first expected length', () => {
    const plan = merge(
      { kind: 'annotate', urgency: 0.2, keepForMs: 500, expectedOutputTokens: 10 },
      { kind: 'annotate', urgency: 0.7, expectedOutputTokens: 90 },
      { kind: 'annotate', keepForMs: 100 },
    );
    expect(plan.annotate).toStrictEqual({
      urgency: 0.7,
      keepForMs: 500,
      expectedOutputTokens: 10,
    });
  });

  it('passes over a kind it does not know without losing the others', () => {
    // From untyped code.
    const unknown: Directive = JSON.parse('{"kind":"teleport"}');
    expect(merge(unknown, { kind: 'reject', reason: 'no' }).verdict).toBe('reject');
  });

  it('keeps the queue directive of the policy that is listed first', () => {
    const queue: Directive = { kind: 'queue', key: 't', cost: 1, weight: 1 };
    const plan = merge(queue, { ...queue, key: 'other' });
    expect(plan).toStrictEqual({ verdict: 'go', annotate: {}, queue });
  });
});
