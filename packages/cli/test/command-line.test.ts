import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../src/command-line.ts';
import type { DemoOptions } from '../src/demo/demo-options.ts';

function demoOptions(...flags: string[]): DemoOptions {
  const parsed = parseCommandLine(['demo', ...flags]);
  if (parsed.kind !== 'demo') throw new Error(JSON.stringify(parsed));
  return parsed.options;
}

describe('the demo', () => {
  test('runs the support desk saturated, with the fair rival, unless told otherwise', () => {
    expect(demoOptions()).toMatchObject({
      graphs: ['support-desk'],
      load: 'saturated',
      quick: false,
      json: false,
      arms: ['unmodified', 'fair', 'cachesage'],
    });
  });

  test('takes the first example of a framework, one of each, or the one that is named', () => {
    expect(demoOptions('--framework', 'mastra').graphs).toEqual(['market-brief']);
    expect(demoOptions('--framework', 'all').graphs).toEqual(['support-desk', 'market-brief']);
    expect(demoOptions('--graph', 'concierge').graphs).toEqual(['concierge']);
  });

  test('refuses an example of another framework, and a recording of several', () => {
    expect(
      parseCommandLine(['demo', '--framework', 'mastra', '--graph', 'code-helper']),
    ).toMatchObject({ kind: 'mistake', text: expect.stringContaining('market-brief, concierge') });
    expect(parseCommandLine(['demo', '--framework', 'all', '--record', 'x.jsonl'])).toMatchObject({
      kind: 'mistake',
      text: expect.stringContaining('--graph'),
    });
  });

  test('is small and without the rival when quick', () => {
    expect(demoOptions('--quick')).toMatchObject({
      quick: true,
      sessions: 2,
      concurrency: 2,
      arms: ['unmodified', 'cachesage'],
    });
  });

  test('lets the model lead a real model, unless a script is asked for', () => {
    expect(demoOptions()).not.toHaveProperty('director');
    expect(demoOptions('--director', 'script')).toMatchObject({ director: 'script' });
    expect(parseCommandLine(['demo', '--director', 'dice'])).toMatchObject({ kind: 'mistake' });
  });

  test('takes every size from its flag', () => {
    const flags = '--sessions 3 --concurrency 2 --seed 11 --slots 2 --tier-mib 8 --load light';
    expect(demoOptions(...flags.split(' '))).toMatchObject({
      sessions: 3,
      concurrency: 2,
      seed: 11,
      slots: 2,
      tierBytes: 8 * 2 ** 20,
      load: 'light',
    });
  });

  test('never has more sessions at once than sessions unless asked', () => {
    expect(demoOptions('--sessions', '2').concurrency).toBe(2);
  });

  test('runs the arms in their order, whatever the order of the list', () => {
    expect(demoOptions('--arms', 'bare,fair').arms).toEqual([
      'unmodified',
      'fair',
      'cachesage',
      'bare',
    ]);
  });

  test('on a server has one arm and completes the URL', () => {
    expect(demoOptions('--engine', 'http://127.0.0.1:8000')).toMatchObject({
      arms: ['unmodified'],
      serverURL: 'http://127.0.0.1:8000/v1',
    });
  });
});

test('tells its version', () => {
  expect(parseCommandLine(['--version'])).toEqual({ kind: 'version' });
  expect(parseCommandLine(['-V'])).toEqual({ kind: 'version' });
});

describe('help', () => {
  test.each([[[]], [['--help']], [['demo', '--help']], [['help', 'demo']]])('%j', (args) => {
    expect(parseCommandLine(args).kind).toBe('help');
  });

  test('names every flag of the demo', () => {
    const help = parseCommandLine(['demo', '--help']);
    const flags =
      'quick json sessions concurrency seed load model engine slots tier-mib graph record no-color';
    for (const flag of flags.split(' '))
      expect(help).toMatchObject({ text: expect.stringContaining(`--${flag}`) });
  });
});

describe('a mistake names the value and the way out', () => {
  test.each([
    [['demo', '--bogus'], "unknown option '--bogus'", '--help'],
    [['demo', '--graph', 'poem'], "'poem'", 'support-desk'],
    [['demo', '--sessions', 'many'], "'many'", 'whole number from 1'],
    [['demo', '--sessions', '0'], "'0'", 'whole number from 1'],
    [['demo', '--seed', '-1'], "'-1'", 'whole number from 0'],
    [['demo', '--slots', '1.5'], "'1.5'", 'whole number'],
    [['demo', '--load', 'heavy'], "'heavy'", 'saturated'],
    [['demo', '--arms', 'fair,best'], '"best"', 'bare'],
    [['demo', '--engine', 'localhost'], "'localhost'", 'http://127.0.0.1'],
    [['demo', '--engine', 'http://a.test', '--slots', '2'], '--slots', '--help'],
    [['demo', 'now'], 'now', '--help'],
    [['perform'], "'perform'", '--help'],
    [['replay'], "'trace'", 'replay --help'],
    [['replay', 'a.jsonl', '--polices', 'all'], '--policies', 'replay --help'],
  ])('%j', (args, value, wayOut) => {
    const parsed = parseCommandLine(args);
    expect(parsed).toMatchObject({ kind: 'mistake' });
    expect(parsed).toMatchObject({ text: expect.stringContaining(value) });
    expect(parsed).toMatchObject({ text: expect.stringContaining(wayOut) });
  });
});

describe('doctor', () => {
  test('takes an app or an engine and asks for one', () => {
    expect(parseCommandLine(['doctor', '--app', 'a.ts#x', '--json'])).toEqual({
      kind: 'doctor',
      options: { look: 'app', app: 'a.ts#x', json: true },
    });
    const engine = [
      'doctor',
      '--engine',
      'http://127.0.0.1:8000',
      '--model',
      'm',
      '--key-env',
      'K',
    ];
    expect(parseCommandLine(engine)).toEqual({
      kind: 'doctor',
      options: {
        look: 'engine',
        baseURL: 'http://127.0.0.1:8000',
        model: 'm',
        keyVariable: 'K',
        json: false,
      },
    });
    const mistakes = [
      ['doctor'],
      [...engine, '--app', 'a.ts'],
      ['doctor', '--app', 'a.ts', '--model', 'm'],
      ['doctor', '--engine', 'somewhere'],
    ];
    for (const args of mistakes) {
      expect(parseCommandLine(args)).toMatchObject({
        kind: 'mistake',
        text: expect.stringMatching(/--engine(?:.|\n)*doctor --help/u),
      });
    }
  });
});
