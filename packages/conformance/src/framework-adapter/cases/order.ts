import type { RuntimeEvent } from '@entresol/runtime-core';
import { expect } from 'vitest';
import { appNames } from '../subject.ts';
import type { FrameworkSubject, Mode } from '../subject.ts';
import { go, onStage } from '../suite-case.ts';
import type { CaseGroup } from '../suite-case.ts';

const told: ReadonlySet<RuntimeEvent['type']> = new Set([
  'session-start',
  'session-pause',
  'session-close',
  'call-start',
  'call-first-token',
  'call-end',
  'tool-start',
  'tool-end',
]);

async function inOrder(subject: FrameworkSubject, mode: Mode): Promise<void> {
  await onStage(subject, {}, async (stage) => {
    await stage.app('tool').run({ ...go, mode });
    await stage.rest();
    const call =
      mode === 'stream'
        ? ['call-start', 'call-first-token', 'call-end']
        : ['call-start', 'call-end'];
    const types = stage.seen.events.map(({ type }) => type).filter((type) => told.has(type));
    // What a whole reply has of a first token is the engine's to say, not the adapter's.
    const heard = mode === 'stream' ? types : types.filter((type) => type !== 'call-first-token');
    expect(heard).toEqual([
      'session-start',
      ...call,
      'tool-start',
      'tool-end',
      ...call,
      'session-close',
    ]);
    insideDispatches(stage.seen.events);
  });
}

/** @throws when a call or a tool begins outside its dispatch, or a dispatch ends before them */
function insideDispatches(events: readonly RuntimeEvent[]): void {
  const open = new Map<string, number>();
  for (const event of events) {
    if (event.type === 'dispatch-start') open.set(event.dispatch, 0);
    if (event.type === 'call-start' || event.type === 'tool-start') {
      expect(open.has(event.dispatch), `${event.type} inside its dispatch`).toBe(true);
      open.set(event.dispatch, (open.get(event.dispatch) ?? 0) + 1);
    }
    if (event.type === 'call-end' || event.type === 'call-fail' || event.type === 'tool-end') {
      open.set(event.dispatch, (open.get(event.dispatch) ?? 0) - 1);
    }
    if (event.type === 'dispatch-end') {
      expect(open.get(event.dispatch), 'open inside a dispatch that ends').toBe(0);
      open.delete(event.dispatch);
    }
  }
}

function idsOf(
  events: readonly { readonly dispatch: string; readonly call?: string }[],
): readonly string[] {
  return events.map(({ dispatch, call }) => call ?? dispatch).toSorted();
}

export const order: CaseGroup = {
  title: 'Order of events',
  cases: [
    {
      name: 'session, dispatch, call, tool, call, end: whole replies',
      check: (subject) => inOrder(subject, 'whole'),
    },
    {
      name: 'the same with a first token in each call: streamed replies',
      check: (subject) => inOrder(subject, 'stream'),
    },
    {
      name: 'everything that begins ends once, in every app',
      async check(subject) {
        for (const name of appNames) {
          // One after the other, each on a stage of its own.
          // oxlint-disable-next-line no-await-in-loop
          await onStage(subject, {}, async (stage) => {
            const app = stage.app(name);
            await app.run({ ...go, session: 'S' });
            if (name === 'suspend') await app.run({ ...go, session: 'S', resume: true });
            await stage.rest();
            const { seen } = stage;
            expect(idsOf(seen.of('dispatch-end'))).toEqual(idsOf(seen.of('dispatch-start')));
            expect(idsOf(seen.of('call-end'))).toEqual(idsOf(seen.of('call-start')));
            expect(seen.of('session-start')).toHaveLength(1);
            insideDispatches(seen.events);
          });
        }
      },
    },
    {
      name: 'the topology is told first, with what can follow what',
      async check(subject) {
        await onStage(subject, {}, async (stage) => {
          const { attachment } = stage.app('sequence');
          const [first] = stage.seen.events;
          expect(first?.type).toBe('topology-declare');
          const topology = attachment?.topology();
          const { paths } = subject;
          expect(topology?.agents).toEqual(Object.values(paths.sequence));
          const ends = topology?.edges.map(({ from, to }) => `${from} -> ${to}`);
          const { first: a, second: b } = paths.sequence;
          expect(ends).toEqual(
            expect.arrayContaining([`START -> ${a}`, `${a} -> ${b}`, `${b} -> END`]),
          );
        });
      },
    },
  ],
};
