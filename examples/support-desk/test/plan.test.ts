import { describe, expect, it } from 'vitest';
import { planSessions } from '../src/index.ts';

describe('planSessions', () => {
  it('plans the same customers for the same seed, and others for another', () => {
    const plan = planSessions({ seed: 3, sessions: 10 });
    expect(planSessions({ seed: 3, sessions: 10 })).toEqual(plan);
    expect(planSessions({ seed: 4, sessions: 10 })).not.toEqual(plan);
  });

  it('does not change a session when more are planned', () => {
    expect(planSessions({ seed: 3, sessions: 30 }).slice(0, 10)).toEqual(
      planSessions({ seed: 3, sessions: 10 }),
    );
  });

  it('gives every session two to four messages, with a pause before all but the first', () => {
    for (const { turns } of planSessions({ seed: 7, sessions: 200 })) {
      expect([2, 3, 4]).toContain(turns.length);
      expect(turns[0]?.thinkMs).toBe(0);
      for (const { thinkMs } of turns.slice(1)) {
        expect(thinkMs).toBeGreaterThanOrEqual(2_000);
        expect(thinkMs).toBeLessThanOrEqual(45_000);
      }
    }
  });

  it('scales every time and no text', () => {
    const plain = planSessions({ seed: 2, sessions: 20 });
    const none = planSessions({ seed: 2, sessions: 20, thinkScale: 0 });
    expect(none.every(({ startOffsetMs }) => startOffsetMs === 0)).toBe(true);
    expect(none.flatMap(({ turns }) => turns).every(({ thinkMs }) => thinkMs === 0)).toBe(true);
    const texts = (plan: typeof plain): readonly string[] =>
      plan.flatMap(({ turns }) => turns.map(({ text }) => text));
    expect(texts(none)).toEqual(texts(plain));
  });

  it('fills every placeholder of every message', () => {
    for (const { turns } of planSessions({ seed: 9, sessions: 200 })) {
      for (const { text } of turns) expect(text).not.toMatch(/[{}]|undefined/);
    }
  });

  it('refuses counts and scales that mean nothing', () => {
    expect(() => planSessions({ seed: 1, sessions: 1.5 })).toThrow('1.5');
    expect(() => planSessions({ seed: 1, sessions: 1, thinkScale: -1 })).toThrow('-1');
  });
});
