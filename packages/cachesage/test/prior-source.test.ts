import { cacheSage } from '@entresol/cachesage';
import type { PriorSource } from '@entresol/cachesage';
import { describe, expect, it } from 'vitest';
import { EventLog } from './event-log.ts';

const graph = {
  agents: ['triage', 'search', 'write'],
  edges: [
    { from: 'START', to: 'triage', kind: 'static' },
    { from: 'triage', to: 'search', kind: 'branch' },
    { from: 'search', to: 'write', kind: 'static' },
    { from: 'write', to: 'END', kind: 'static' },
  ],
  unknownTargets: [],
} as const;

function declared(prior: PriorSource): EventLog {
  const log = new EventLog(cacheSage({ prior }));
  log.declare(graph);
  log.call('s', 'triage', 'c1');
  return log;
}

describe('source of the prior', () => {
  it('is the declared graph by default', () => {
    const [next] = declared('declared').policy.predict.nextAgent(
      { session: 's' },
      declared('declared').context,
    );
    expect(next?.agent).toBe('search');
    const plain = new EventLog(cacheSage());
    plain.declare(graph);
    plain.call('s', 'triage', 'c1');
    expect(plain.policy.transitionRow('app', 'triage')).toEqual(
      declared('declared').policy.transitionRow('app', 'triage'),
    );
  });

  it('none: knows no agent before it was seen', () => {
    const row = declared('none').policy.transitionRow('app', 'triage');
    expect(Object.keys(row)).not.toContain('search');
    expect(row['triage']).toBeGreaterThan(0);
  });

  it('none: learns the same transitions from what happens', () => {
    const log = declared('none');
    for (let i = 0; i < 8; i++) {
      log.chain(`s${i}`, ['triage', 'search', 'write']);
      log.close(`s${i}`);
    }
    log.call('t', 'triage', 't1');
    const [next] = log.policy.predict.nextAgent({ session: 't' }, log.context);
    expect(next?.agent).toBe('search');
  });

  it('none: drops what a saved state holds of a declaration', () => {
    const { policy } = new EventLog(cacheSage({ prior: 'none' }));
    const uncounted = new EventLog(cacheSage());
    uncounted.declare(graph);
    policy.state.load(JSON.parse(JSON.stringify(uncounted.policy.state.save())));
    // Three agents and END, evenly.
    expect(policy.transitionRow('app', 'search')['write']).toBeCloseTo(1 / 4, 9);
  });

  it('refuses a source that it does not know', () => {
    const wrong = JSON.parse('{ "prior": "guessed" }');
    expect(() => cacheSage(wrong)).toThrow(
      new RangeError('prior is "guessed"; it must be one of declared, none'),
    );
  });
});
