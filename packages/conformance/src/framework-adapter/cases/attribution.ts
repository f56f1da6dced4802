import { expect } from 'vitest';
import { answer, barrier } from '../script.ts';
import type { Stage } from '../stage.ts';
import type { AppName } from '../subject.ts';
import type { Script } from '../wire-server.ts';
import { go, onStage } from '../suite-case.ts';
import type { CaseGroup } from '../suite-case.ts';

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

export const attribution: CaseGroup = {
  title: 'Attribution on the wire',
  cases: [
    {
      name: 'two agents at once, one model, one `fetch`',
      async check(subject) {
        const both = barrier(2);
        const script: Script = async (request) => {
          if (request.role !== 'writer') await both();
          return answer(request);
        };
        await onStage(subject, { script }, async (stage) => {
          await stage.app('parallel').run({ ...go, session: 'A' });
          const seen = owners(stage, 'parallel');
          expect(seen).toHaveLength(3);
          for (const { said, carried } of seen) expect(carried).toEqual(said);
        });
      },
    },
  ],
};
