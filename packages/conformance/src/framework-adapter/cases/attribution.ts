import { expect } from 'vitest';
import { answer, barrier } from '../script.ts';
import type { Stage } from '../stage.ts';
import type { AppName } from '../subject.ts';
import { go, onStage } from '../suite-case.ts';
import type { CaseGroup } from '../suite-case.ts';
import type { Script } from '../wire-server.ts';

interface Owner {
  readonly agent: string | undefined;
  readonly session: string | undefined;
}

/** Whose each request is by what it says, and by what it carries. */
function owners(
  stage: Stage,
  app: AppName,
): readonly { readonly said: Owner; readonly carried: Owner }[] {
  const paths = stage.subject.paths[app];
  return stage.server.requests.map((request) => {
    const draft = stage.draftOf(request);
    return {
      said: { agent: paths[request.role], session: request.label.slice(1) },
      carried: { agent: draft?.agent, session: draft?.session },
    };
  });
}

/** Answers those in a role only when `size` of them wait. */
function together(size: number, ...roles: readonly string[]): Script {
  const all = barrier(size);
  return async (request) => {
    if (roles.includes(request.role)) await all();
    return answer(request);
  };
}

export const attribution: CaseGroup = {
  title: 'Attribution on the wire',
  cases: [
    {
      name: 'two agents at once, one model, one `fetch`',
      async check(subject) {
        await onStage(subject, { script: together(2, 'left', 'right') }, async (stage) => {
          await stage.app('parallel').run({ ...go, session: 'A' });
          const seen = owners(stage, 'parallel');
          expect(seen).toHaveLength(3);
          for (const { said, carried } of seen) expect(carried).toEqual(said);
        });
      },
    },
    {
      name: 'sessions at once, each of them with agents at once',
      async check(subject) {
        const sessions = ['A', 'B', 'C', 'D'];
        const script = together(2 * sessions.length, 'left', 'right');
        await onStage(subject, { script }, async (stage) => {
          const app = stage.app('parallel');
          await Promise.all(
            sessions.map((session) =>
              app.run({ prompt: `go #${session}`, mode: 'whole', session }),
            ),
          );
          const seen = owners(stage, 'parallel');
          expect(seen).toHaveLength(3 * sessions.length);
          for (const { said, carried } of seen) expect(carried).toEqual(said);
        });
      },
    },
    {
      name: 'sessions at once with a tool and a sub-agent, streamed',
      async check(subject) {
        const sessions = ['A', 'B', 'C'];
        const script = together(sessions.length, 'worker');
        await onStage(subject, { script }, async (stage) => {
          const app = stage.app('delegation');
          await Promise.all(
            sessions.map((session) =>
              app.run({ prompt: `go #${session}`, mode: 'stream', session }),
            ),
          );
          const seen = owners(stage, 'delegation');
          expect(seen).toHaveLength(3 * sessions.length);
          for (const { said, carried } of seen) expect(carried).toEqual(said);
        });
      },
    },
    {
      name: 'equal prompts at once: one call for each session',
      async check(subject) {
        const sessions = ['A', 'B', 'C'];
        await onStage(subject, { script: together(sessions.length, 'first') }, async (stage) => {
          const app = stage.app('sequence');
          await Promise.all(
            sessions.map((session) => app.run({ prompt: 'go', mode: 'whole', session })),
          );
          await stage.rest();
          const { first, second } = subject.paths.sequence;
          for (const agent of [first, second]) {
            const calls = stage.seen.callsOf(agent);
            expect(calls.map(({ session }) => session).toSorted()).toEqual(sessions);
          }
          expect(stage.seen.of('call-start').map(({ attempt }) => attempt)).toEqual(
            Array.from({ length: 2 * sessions.length }, () => 1),
          );
        });
      },
    },
  ],
};
