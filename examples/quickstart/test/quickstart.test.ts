import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);

it.each([
  ['main', 'writer → editor'],
  ['mastra', 'answer/writer → answer/editor'],
])(
  '%s.ts runs with an empty environment and hits the cache on the second turn',
  async (name, declared) => {
    const { stdout } = await run(
      process.execPath,
      ['--conditions=@entresol/source', `examples/quickstart/src/${name}.ts`],
      { env: { HOME: process.env['HOME'] ?? '/tmp' } },
    );
    const cached = [...stdout.matchAll(/, (\d+) from the cache/g)].map((match) => Number(match[1]));
    expect(cached).toHaveLength(4);
    // First turn: two cold role prompts. Second turn: both agents' own prefixes are there.
    expect(cached[2]).toBeGreaterThan(100);
    expect(cached[3]).toBeGreaterThan(100);
    expect(stdout).toContain(declared);
  },
  240_000,
);
