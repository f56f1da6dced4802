import { setTimeout as delay } from 'node:timers/promises';
import type { Directive, InlineOccasion, Policy } from '@entresol/runtime-core';
import type { ScriptedReply } from './wire-engine.ts';

export type Decide = (occasion: InlineOccasion) => Directive | undefined;

export const deciding = (decide: Decide): Policy => ({
  name: 'deciding',
  mode: 'on',
  interference: 'none',
  act: {
    inline: (occasion) => {
      const directive = decide(occasion);
      return directive === undefined ? [] : [directive];
    },
  },
});

export const rejected: Directive = { kind: 'reject', reason: 'not today' };

/** A call that the engine answers 50 ms after a policy has held something until its end; who is not held is far ahead then. */
export function blocker() {
  const asked = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  let call = '';
  let isOver = false;
  const hold = (): Directive => {
    asked.resolve();
    return { kind: 'hold', until: { call, event: 'call-end' }, maxMs: 30_000 };
  };
  const decide = (occasion: InlineOccasion): undefined => {
    if (occasion.type !== 'request' || occasion.draft.agent !== 'blocker') return;
    ({ call } = occasion.draft);
    begun.resolve();
  };
  const reply = async (): Promise<ScriptedReply> => {
    await asked.promise;
    await delay(50);
    isOver = true;
    return { text: 'over' };
  };
  return { hold, decide, reply, begun: begun.promise, isOver: () => isOver };
}
