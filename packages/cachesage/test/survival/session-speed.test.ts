import { describe, expect, it } from 'vitest';
import { SpeedShrinkage } from '../../src/survival/session-speed.ts';

describe('the speed of a session', () => {
  it('is believed where sessions differ by more than chance', () => {
    const speeds = new SpeedShrinkage();
    for (let i = 0; i < 40; i++) speeds.learn({ steps: 40, units: i % 2 === 0 ? 20 : 80 });
    expect(speeds.speed({ steps: 40, units: 20 })).toBeGreaterThan(1.7);
  });

  it('is taken as the mean where sessions differ less than chance would make them', () => {
    const speeds = new SpeedShrinkage();
    // As many units as steps, always: a spread of 0, below that of a Poisson clock.
    for (let i = 0; i < 40; i++) speeds.learn({ steps: 40, units: 40 });
    expect(speeds.pseudoSteps).toBe(500);
    expect(speeds.speed({ steps: 40, units: 20 })).toBeLessThan(1.05);
  });
});
