import { FakeDriver } from '@entresol/runtime-core/testing';
import { expect, it } from 'vitest';
import { describeEngineDriver } from '../src/index.ts';

describeEngineDriver('FakeDriver', () => new FakeDriver({ msPerToken: 0.001 }));

describeEngineDriver(
  'FakeDriver with one slot, a second tier and time',
  () => new FakeDriver({ msPerToken: 0.001, slots: 1, diskSlots: 2, timed: true }),
);

describeEngineDriver(
  'FakeDriver of an engine that is only observed',
  () => new FakeDriver({ capabilities: { retention: 'none', prefetch: 'none', drop: false } }),
  { lacks: { prefetch: 'an engine that is only observed takes no acts' } },
);

it('wants a reason for what a driver lacks', () => {
  const lacks = { prefetch: ' ' };
  expect(() => describeEngineDriver('silent', () => new FakeDriver(), { lacks })).toThrow(
    'why does silent lack prefetch?',
  );
});
