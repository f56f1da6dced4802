import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../src/command-line.ts';

const parse = (...args: string[]): ReturnType<typeof parseCommandLine> =>
  parseCommandLine(['replay', ...args]);

describe('entresol replay: arguments', () => {
  it('has defaults that answer within a minute', () => {
    expect(parse('a.jsonl')).toMatchObject({
      kind: 'replay',
      options: {
        traces: ['a.jsonl'],
        capacity: { kind: 'shares', shares: [0.3] },
        concurrency: 8,
        seeds: 3,
        policies: expect.arrayContaining(['lru', 'cachesage', 'belady-leaf']),
      },
    });
  });

  it('takes lists, and always has LRU to compare with', () => {
    expect(parse('a', 'b', '--capacity', '0.15,0.6', '--policies', 'sieve')).toMatchObject({
      options: {
        traces: ['a', 'b'],
        capacity: { shares: [0.15, 0.6] },
        policies: ['lru', 'sieve'],
      },
    });
    expect(parse('a', '--policies', 'all', '--order')).toMatchObject({
      options: { policies: expect.arrayContaining(['s3-fifo', 'pfoo-l', 'cachesage+order-2c']) },
    });
  });

  it('has no host tier unless asked for', () => {
    expect(parse('a')).toMatchObject({ options: { hostTier: 0 } });
    expect(parse('a', '--host-tier', '2.5')).toMatchObject({ options: { hostTier: 2.5 } });
  });

  it('adds the touch mode and ablations on demand', () => {
    const policies = ['lru', 'cachesage', 'cachesage@touch'];
    expect(parse('a', '--policies', 'cachesage', '--mode', 'ranked,touch')).toMatchObject({
      options: { policies },
    });
    expect(parse('a', '--policies', 'cachesage', '--mode', 'touch')).toMatchObject({
      options: { policies: ['lru', 'cachesage@touch'] },
    });
    expect(parse('a', '--ablations')).toMatchObject({
      options: { policies: expect.arrayContaining(['cachesage-no-gaps']) },
    });
  });

  it('leaves parts out one by one or together, and with prefetches too where those are asked for', () => {
    const policies = ['lru', 'cachesage', 'cachesage-no-gaps', 'cachesage-no-index+superseded'];
    const ablations = ['--policies', 'cachesage', '--ablations', 'gaps,index+superseded'];
    expect(parse('a', ...ablations)).toMatchObject({ options: { policies } });
    expect(parse('a', ...ablations, '--prefetch', 'on')).toMatchObject({
      options: {
        policies: expect.arrayContaining([...policies, 'cachesage-no-index+superseded+prefetch']),
      },
    });
  });

  it.each([
    [['a', '--mode', 'push'], 'known: ranked, touch'],
    [['a', '--policies', 'lru,best'], 'known: lru'],
    [['a', '--ablations', 'gaps+luck'], 'no part of the estimator; known: call-counts'],
    [['a', '--capacity', '0'], 'above 0'],
    [['a', '--host-tier', '0'], 'a number above 0 and up to 100'],
    [['a', '--host-tier', '-1'], 'a number above 0 and up to 100'],
    [['a', '--host-tier', 'large'], '"large" is no ratio'],
    [['a', '--host-tier', '2', '--prefetch', 'on'], 'cannot be used with'],
    [['a', '--capacity-tokens', '3'], 'whole number'],
    [['a', '--capacity', '0.3', '--capacity-tokens', '900'], 'cannot be used with'],
    [[], "missing required argument 'trace'"],
  ])('refuses %j', (args, reason) => {
    const parsed = parse(...args);
    expect(parsed.kind).toBe('mistake');
    expect(parsed).toMatchObject({ text: expect.stringContaining(reason) });
  });
});
