import { setTimeout as delay } from 'node:timers/promises';
import type { Directive, InlineOccasion, Policy } from '@entresol/runtime-core';
import { expect } from 'vitest';
import { outcomeOf } from '../outcome.ts';
import { answer } from '../script.ts';
import { textOf } from '../wire-server.ts';
import type { WireRequest } from '../wire-server.ts';
import { go, onStage } from '../suite-case.ts';
import type { FrameworkSubject } from '../subject.ts';
import type { CaseGroup } from '../suite-case.ts';

type Decide = (occasion: InlineOccasion) => Directive | undefined;

function deciding(decide: Decide): readonly Policy[] {
  const inline = (occasion: InlineOccasion): readonly Directive[] => {
    const directive = decide(occasion);
    return directive === undefined ? [] : [directive];
  };
  return [{ name: 'deciding', mode: 'on', interference: 'none', act: { inline } }];
}

const isTool = (occasion: InlineOccasion): boolean => occasion.type === 'tool';

/** Is it the step to the node or step of that name? */
const isStepTo =
  (name: string) =>
  (occasion: InlineOccasion): boolean =>
    occasion.type === 'transition' && (occasion.to === name || occasion.to.endsWith(`/${name}`));

const isCallOf =
  (agent: string | undefined) =>
  (occasion: InlineOccasion): boolean =>
    occasion.type === 'request' && occasion.draft.agent === agent;

/** What the tool has given, as the model reads it. */
const toolResult = 'means y';

const sessionOf = (occasion: InlineOccasion): string =>
  occasion.type === 'request' ? occasion.draft.session : occasion.session;

/**
 * A run of session `T` is held where `isHeld` says, until the call of another session has ended, which the engine answers
 * only after the policy was asked.
 */
async function heldUntilOtherCall(
  subject: FrameworkSubject,
  app: 'tool' | 'sequence',
  isHeld: (occasion: InlineOccasion) => boolean,
): Promise<void> {
  const asked = Promise.withResolvers<void>();
  const other = Promise.withResolvers<string>();
  let call = '';
  const policies = deciding((occasion) => {
    if (occasion.type === 'request' && sessionOf(occasion) === 'U' && call === '') {
      call = occasion.draft.call;
      other.resolve(call);
    }
    if (sessionOf(occasion) !== 'T' || !isHeld(occasion)) return undefined;
    asked.resolve();
    return { kind: 'hold', until: { call, event: 'call-end' }, maxMs: 30_000 };
  });
  let sent = 0;
  let sentBefore: number | undefined;
  const script = async (request: WireRequest) => {
    if (request.label === '#T') sent += 1;
    else if (sentBefore === undefined) {
      await asked.promise;
      // Whoever is not held is far ahead by then.
      await delay(50);
      sentBefore = sent;
    }
    return answer(request);
  };
  await onStage(subject, { policies, script }, async (stage) => {
    const built = stage.app(app);
    const blocking = built.run({ prompt: 'go #U', mode: 'whole', session: 'U' });
    await other.promise;
    const held = built.run({ prompt: 'go #T', mode: 'whole', session: 'T' });
    await Promise.all([blocking, held]);
    await stage.rest();
    expect([sentBefore, sent]).toEqual([1, 2]);
  });
}

/** Runs `app` until it waits for the user, and goes on with the answer. */
async function answered(
  subject: FrameworkSubject,
  app: 'tool' | 'quiet',
  isAsked: (occasion: InlineOccasion) => boolean,
  yes: boolean,
): Promise<{ readonly before: number; readonly all: readonly string[]; readonly last: string }> {
  const policies = deciding((occasion) =>
    isAsked(occasion) ? { kind: 'approve', question: 'May it?' } : undefined,
  );
  return onStage(subject, { policies }, async (stage) => {
    const built = stage.app(app, { resumable: true });
    await built.run({ ...go, session: 'T' });
    await stage.rest();
    const before = stage.server.requests.length;
    expect(stage.seen.of('session-pause')).toHaveLength(1);
    await outcomeOf(built.run({ ...go, session: 'T', resume: true, answer: yes }));
    await stage.rest();
    expect(stage.runtime.report().refusedDirectives).toEqual({});
    const sessions = stage.seen.of('call-start').map(({ session }) => session);
    expect(new Set(sessions)).toEqual(new Set(['T']));
    const last = stage.server.requests.at(-1);
    return {
      before,
      all: stage.server.requests.map(({ role }) => role),
      last: last === undefined ? '' : textOf(last.body, 'tool'),
    };
  });
}

export const directives: CaseGroup = {
  title: 'Directives of policies',
  cases: [
    {
      name: 'reject a call: the engine is not asked, and the run fails',
      async check(subject) {
        const isSecond = isCallOf(subject.paths.sequence['second']);
        const policies = deciding((occasion) =>
          isSecond(occasion) ? { kind: 'reject', reason: 'not now' } : undefined,
        );
        await onStage(subject, { policies }, async (stage) => {
          const outcome = await outcomeOf(stage.app('sequence').run(go));
          await stage.rest();
          expect(JSON.stringify(outcome)).toContain('not now');
          expect(stage.server.requests.map(({ role }) => role)).toEqual(['first']);
        });
      },
    },
    {
      name: 'reject a tool: it does not run, and the model reads the reason',
      async check(subject) {
        const policies = deciding((occasion) =>
          isTool(occasion) ? { kind: 'reject', reason: 'not now' } : undefined,
        );
        await onStage(subject, { policies }, async (stage) => {
          await stage.app('tool').run(go);
          await stage.rest();
          const [, second] = stage.server.requests;
          const read = second === undefined ? '' : textOf(second.body, 'tool');
          expect(read).toContain('not now');
          expect(read).not.toContain(toolResult);
        });
      },
    },
    {
      name: 'reject a step: its model is not asked, and the run fails',
      async check(subject) {
        const isSecond = isStepTo('second');
        const policies = deciding((occasion) =>
          isSecond(occasion) ? { kind: 'reject', reason: 'not now' } : undefined,
        );
        await onStage(subject, { policies }, async (stage) => {
          const outcome = await outcomeOf(stage.app('sequence').run(go));
          await stage.rest();
          expect(JSON.stringify(outcome)).toContain('not now');
          expect(stage.server.requests.map(({ role }) => role)).toEqual(['first']);
          expect(stage.seen.callsOf(subject.paths.sequence['second'])).toEqual([]);
        });
      },
    },
    {
      name: 'hold a call until another has ended',
      check: (subject) =>
        heldUntilOtherCall(subject, 'sequence', isCallOf(subject.paths.sequence['second'])),
    },
    {
      name: 'hold a tool until a call has ended',
      check: (subject) => heldUntilOtherCall(subject, 'tool', isTool),
    },
    {
      name: 'hold a step until a call has ended',
      check: (subject) => heldUntilOtherCall(subject, 'sequence', isStepTo('second')),
    },
    {
      name: 'serve a tool: it does not run, and the model reads the value',
      async check(subject) {
        const policies = deciding((occasion) =>
          isTool(occasion)
            ? { kind: 'serve', lookup: async () => ({ value: 'kept from before' }) }
            : undefined,
        );
        await onStage(subject, { policies }, async (stage) => {
          await stage.app('tool').run(go);
          await stage.rest();
          const [, second] = stage.server.requests;
          const read = second === undefined ? '' : textOf(second.body, 'tool');
          expect(read).toContain('kept from before');
          expect(read).not.toContain(toolResult);
        });
      },
    },
    {
      name: 'serve a step: refused and counted, and the run goes on',
      async check(subject) {
        const isSecond = isStepTo('second');
        const policies = deciding((occasion) =>
          isSecond(occasion)
            ? { kind: 'serve', lookup: async () => ({ value: 'nothing' }) }
            : undefined,
        );
        await onStage(subject, { policies }, async (stage) => {
          await stage.app('sequence').run(go);
          await stage.rest();
          expect(stage.server.requests.map(({ role }) => role)).toEqual(['first', 'second']);
          const { refusedDirectives } = stage.runtime.report();
          expect(refusedDirectives).toEqual({ 'serve-transition': 1 });
        });
      },
    },
    {
      name: 'approve a tool: the run waits for the user, and the tool runs after a yes',
      async check(subject) {
        const { before, last } = await answered(subject, 'tool', isTool, true);
        expect(before).toBe(1);
        expect(last).toContain(toolResult);
      },
    },
    {
      name: 'approve a tool: it does not run after a no, and the model is told',
      async check(subject) {
        const { before, all, last } = await answered(subject, 'tool', isTool, false);
        expect(before).toBe(1);
        expect(all).toEqual(['solo', 'solo']);
        expect(last).not.toContain(toolResult);
      },
    },
    {
      name: 'approve a step that asks no model: it waits for the user, and runs after a yes',
      async check(subject) {
        const { before, all } = await answered(subject, 'quiet', isStepTo('between'), true);
        expect(before).toBe(1);
        expect(all).toEqual(['first', 'second']);
      },
    },
    {
      name: 'approve a step that asks no model: the run fails after a no',
      async check(subject) {
        const { all } = await answered(subject, 'quiet', isStepTo('between'), false);
        expect(all).toEqual(['first']);
      },
    },
    {
      name: 'approve the step to an agent: it waits for the user, and runs after a yes',
      async check(subject) {
        const { before, all } = await answered(subject, 'quiet', isStepTo('second'), true);
        expect(before).toBe(1);
        expect(all).toEqual(['first', 'second']);
      },
    },
  ],
};
