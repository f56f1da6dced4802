import { expect, test } from 'vitest';
import type { ArmName } from '../../src/demo/arm-plan.ts';
import { buildDocument } from '../../src/demo/build-document.ts';
import { parseCommandLine } from '../../src/command-line.ts';
import { armResult, record } from '../request-records.ts';
import { reportShape } from '../report-shape.ts';

const machine = { cpu: 'a CPU', cores: 2, commit: null };

function build(results: Partial<Record<ArmName, ReturnType<typeof armResult>>>) {
  const parsed = parseCommandLine(['demo', '--quick']);
  if (parsed.kind !== 'demo') throw new Error(JSON.stringify(parsed));
  const names: readonly ArmName[] = ['unmodified', 'fair', 'cachesage', 'bare'];
  const entries = names.flatMap((name) => {
    const result = results[name];
    return result === undefined ? [] : [[name, result] as const];
  });
  return buildDocument(parsed.options, new Map([['support-desk', new Map(entries)]]), machine);
}

test('the document has exactly the published names', () => {
  const cachesage = armResult({
    prediction: { top1: 0.5, brier: 0.2, resolved: 4 },
    stateBytes: 900,
  });
  const document = build({ unmodified: armResult(), cachesage });
  expect(JSON.parse(JSON.stringify(document))).toEqual(reportShape(['unmodified', 'cachesage']));
});

test('headroom is what an infinite cache would add to unmodified', () => {
  const requests = [record({ reusableShare: 0.9 })];
  const document = build({ unmodified: armResult({ requests }) });
  expect(document.workloads[0]?.headroom).toBeCloseTo(0.9 - 0.4);
});

test('there is no document without the unmodified arm', () => {
  expect(() => build({ cachesage: armResult() })).toThrow(RangeError);
});
