import { describe, expect, it } from 'vitest';
import { SharingEvidence } from '../../src/batch-shaping/sharing-evidence.ts';

/** Asks a hundred times on an engine where siblings find the prefix as told. */
function held(finds: { readonly held: boolean; readonly sent: boolean }): number {
  const evidence = new SharingEvidence();
  let count = 0;
  for (let at = 0; at < 100; at++) {
    const how = evidence.decide() ? 'held' : 'sent';
    if (how === 'held') count += 1;
    evidence.add(how, finds[how]);
  }
  return count;
}

describe('evidence of sharing', () => {
  it('holds nine of ten where held siblings find what the others do not', () => {
    expect(held({ held: true, sent: false })).toBe(90);
  });

  it('stops where sequences cannot share', () => {
    expect(held({ held: false, sent: false })).toBeLessThanOrEqual(16);
  });

  it('stops where the engine shares prompts under way by itself', () => {
    expect(held({ held: true, sent: true })).toBeLessThan(60);
  });

  it('comes back when an engine begins to share', () => {
    const evidence = new SharingEvidence();
    for (let at = 0; at < 50; at++) evidence.add(evidence.decide() ? 'held' : 'sent', false);
    expect(evidence.helps).toBe(false);
    for (let at = 0; at < 100; at++) {
      const how = evidence.decide() ? 'held' : 'sent';
      evidence.add(how, how === 'held');
    }
    expect(evidence.helps).toBe(true);
  });
});
