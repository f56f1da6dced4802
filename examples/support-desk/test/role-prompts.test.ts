import { describe, expect, it } from 'vitest';
import { deskAgents, rolePrompts } from '../src/index.ts';

describe('role prompts', () => {
  it.each(deskAgents)('%s has instructions of the length that is deployed', (agent) => {
    expect(rolePrompts[agent].length).toBeGreaterThanOrEqual(3_500);
    expect(rolePrompts[agent].length).toBeLessThanOrEqual(5_500);
  });

  it('share no sentence with each other, so that no agent warms the cache of another', () => {
    const owners = new Map<string, string>();
    for (const agent of deskAgents) {
      for (const line of rolePrompts[agent].split('\n').filter(({ length }) => length > 40)) {
        expect(owners.get(line) ?? agent).toBe(agent);
        owners.set(line, agent);
      }
    }
  });
});
