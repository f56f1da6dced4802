import { expect } from 'vitest';
import { play } from '../played.ts';
import { appNames } from '../subject.ts';
import type { FrameworkSubject, Mode } from '../subject.ts';
import type { CaseGroup } from '../suite-case.ts';
import { runsOf } from './transparency.ts';

/** Every body carries the call that the runtime was told of, once, for the agent that sent it. */
async function enriched(subject: FrameworkSubject, mode: Mode): Promise<void> {
  for (const app of appNames) {
    // oxlint-disable-next-line no-await-in-loop
    const { seen, carried } = await play(subject, { app, inputs: runsOf(app, mode) }, true);
    const agents = new Map<unknown, string>(
      seen.of('call-start').map(({ call, agent }) => [call, agent]),
    );
    expect(carried.length, `in ${app}`).toBeGreaterThan(0);
    expect(new Set(carried.map(({ call }) => call)).size, `in ${app}`).toBe(carried.length);
    for (const { role, call } of carried) {
      expect(agents.get(call), `in ${app}`).toBe(subject.paths[app][role]);
    }
  }
}

export const enrichment: CaseGroup = {
  title: 'Enrichment of requests',
  cases: [
    {
      name: "each body carries what the engine's driver writes: whole replies",
      check: (subject) => enriched(subject, 'whole'),
    },
    {
      name: "each body carries what the engine's driver writes: streamed replies",
      check: (subject) => enriched(subject, 'stream'),
    },
  ],
};
