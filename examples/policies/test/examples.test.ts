import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);

/** What each example of docs/policies prints. */
const printed: readonly (readonly [string, readonly string[]])[] = [
  ['cachesage', ['after writer: editor']],
  ['batch-shaping', ['3 waited for a leader, 3 found its prompt']],
  [
    'fairness',
    [
      'busy acme busy acme busy busy busy busy',
      'busy: 6 calls, cost 48.0',
      'acme: 2 calls, cost 18.4',
    ],
  ],
  ['tool-memo', ['1 run, 1 served']],
  ['safety', ['the run has used up its budget of 5 steps']],
  [
    'prefix-layout',
    ['9:41', '9:42'].map((time) =>
      JSON.stringify([
        { role: 'system', content: '\nYou help customers.' },
        { role: 'user', content: `Where is my order?\n\nIt is ${time}.` },
      ]),
    ),
  ],
];

it.each(printed)(
  '%s runs as it is shown',
  async (name, lines) => {
    const { stdout } = await run(
      process.execPath,
      ['--conditions=@entresol/source', `examples/policies/src/${name}.ts`],
      { env: { HOME: process.env['HOME'] ?? '/tmp' } },
    );
    expect(stdout.trim().split('\n')).toEqual(lines);
  },
  60_000,
);
