import { describe, expect, it } from 'vitest';
import { crewAgents } from '../src/agents.ts';
import { rolePrompts } from '../src/role-prompts.ts';

describe('role prompts', () => {
  it.each(crewAgents)('%s has instructions of the length that is deployed', (agent) => {
    expect(rolePrompts[agent].length).toBeGreaterThanOrEqual(4_000);
    expect(rolePrompts[agent].length).toBeLessThanOrEqual(5_000);
  });

  it('share no sentence with each other, so that no agent warms the cache of another', () => {
    const owners = new Map<string, string>();
    for (const agent of crewAgents) {
      const sentences = rolePrompts[agent].split(/\n|(?<=[.?!]) /);
      for (const sentence of sentences.filter(({ length }) => length > 40)) {
        expect([sentence, owners.get(sentence) ?? agent]).toEqual([sentence, agent]);
        owners.set(sentence, agent);
      }
    }
  });
});
