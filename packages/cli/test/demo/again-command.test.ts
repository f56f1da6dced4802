import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCommandLine } from '../../src/command-line.ts';
import { againCommand } from '../../src/demo/again-command.ts';

const whole = (min: number, max: number) => fc.integer({ min, max }).map(String);

test('the command to run again asks for the same run', () => {
  const flags = fc.record(
    {
      '--sessions': whole(1, 50),
      '--concurrency': whole(1, 50),
      '--seed': whole(0, 1000),
      '--slots': whole(1, 8),
      '--tier-mib': whole(0, 100),
      '--framework': fc.constantFrom('langgraph', 'mastra', 'all'),
      '--load': fc.constantFrom('light', 'saturated'),
      '--arms': fc.constantFrom('fair', 'bare', 'fair,bare', 'cachesage'),
      '--director': fc.constantFrom('script', 'model'),
      '--quick': fc.constant(undefined),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(flags, (given) => {
      const words = Object.entries(given).flatMap(([flag, value]) =>
        value === undefined ? [flag] : [flag, value],
      );
      const asked = parseCommandLine(['demo', ...words]);
      if (asked.kind !== 'demo') throw new Error(JSON.stringify(asked));
      const again = againCommand(asked.options).replace(/^npm start -- /u, '');
      expect(parseCommandLine(['demo', ...again.split(' ')])).toEqual(asked);
    }),
  );
});
