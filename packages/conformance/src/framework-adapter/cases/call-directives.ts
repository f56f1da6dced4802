import { setTimeout as delay } from 'node:timers/promises';
import type { Policy } from '@entresol/runtime-core';
import { expect } from 'vitest';
import { answer } from '../script.ts';
import { go, onStage } from '../suite-case.ts';
import type { CaseGroup } from '../suite-case.ts';

const acting = (act: NonNullable<Policy['act']>): readonly Policy[] => [
  { name: 'acting', mode: 'on', interference: 'none', act },
];

/** What the runtime itself does to calls: it needs no more of an adapter than to say whose they are. */
export const callDirectives: CaseGroup = {
  title: 'Acts on calls',
  cases: [
    {
      name: 'annotate a call: the engine’s driver is told for the call of that agent alone',
      async check(subject) {
        const second = subject.paths.sequence['second'];
        const policies = acting({
          inline: (occasion) =>
            occasion.type === 'request' && occasion.draft.agent === second
              ? [{ kind: 'annotate', urgency: 0.7 }]
              : [],
        });
        await onStage(subject, { policies }, async (stage) => {
          await stage.app('sequence').run(go);
          await stage.rest();
          const told = stage.server.requests.map((request) => [
            request.role,
            stage.planOf(request)?.annotate.urgency,
          ]);
          expect(told).toEqual([
            ['first', undefined],
            ['second', 0.7],
          ]);
        });
      },
    },
    {
      name: 'queue calls: agents side by side go one after the other, and all of them go',
      async check(subject) {
        const policies = acting({
          inline: (occasion) =>
            occasion.type === 'request'
              ? [{ kind: 'queue', key: occasion.draft.agent, cost: 1, weight: 1 }]
              : [],
        });
        let underWay = 0;
        let most = 0;
        const script = async (request: Parameters<typeof answer>[0]) => {
          underWay += 1;
          most = Math.max(most, underWay);
          // Whoever does not wait is there by then.
          await delay(50);
          underWay -= 1;
          return answer(request);
        };
        const queue = { concurrency: 1 };
        await onStage(subject, { policies, script, queue }, async (stage) => {
          await stage.app('parallel').run(go);
          await stage.rest();
          const { requests } = stage.server;
          const roles = requests.map(({ role }) => role);
          expect(roles.toSorted()).toEqual(['left', 'right', 'writer']);
          expect(most).toBe(1);
          expect(requests.map((request) => stage.planOf(request)?.queue?.weight)).toEqual([
            1, 1, 1,
          ]);
          expect(stage.runtime.report().refusedDirectives).toEqual({});
        });
      },
    },
    {
      name: 'lay a request out anew: the engine is sent that, for the call of that agent alone',
      async check(subject) {
        const second = subject.paths.sequence['second'];
        const policies = acting({
          layout: ({ agent, body }) =>
            agent === second ? { body: { ...body, user: 'laid out' } } : undefined,
        });
        await onStage(subject, { policies }, async (stage) => {
          await stage.app('sequence').run(go);
          await stage.rest();
          const sent = stage.server.requests.map(({ role, body }) => [role, body['user']]);
          expect(sent).toEqual([
            ['first', undefined],
            ['second', 'laid out'],
          ]);
          expect(stage.seen.callsOf(second)).toHaveLength(1);
        });
      },
    },
  ],
};
