import { expect } from 'vitest';
import { go, onStage } from '../suite-case.ts';
import type { CaseGroup } from '../suite-case.ts';

export const sessions: CaseGroup = {
  title: 'Sessions',
  cases: [
    {
      name: 'a thread pauses after each run, and the next one goes on from its last call',
      async check(subject) {
        await onStage(subject, {}, async (stage) => {
          const app = stage.app('tool');
          await app.run({ ...go, session: 'T' });
          await app.run({ ...go, session: 'T' });
          await app.run({ ...go, session: 'U' });
          await stage.rest();
          const { seen } = stage;
          const told = seen.events.flatMap((event) =>
            event.type.startsWith('session-') && 'session' in event
              ? [`${event.type} ${event.session}`]
              : [],
          );
          expect(told).toEqual([
            'session-start T',
            'session-pause T',
            'session-pause T',
            'session-start U',
            'session-pause U',
          ]);
          const calls = seen.of('call-start');
          const last = calls.findLast(({ session }) => session === 'T');
          const firstOfU = calls.find(({ session }) => session === 'U');
          expect(firstOfU?.previous).toBeUndefined();
          const ofT = calls.filter(({ session }) => session === 'T');
          expect(ofT.map(({ previous }) => previous)).toEqual([
            undefined,
            ...ofT.filter((call) => call !== last).map(({ call }) => call),
          ]);
        });
      },
    },
    {
      name: 'a run without a thread is a session of its own, and closes it',
      async check(subject) {
        await onStage(subject, {}, async (stage) => {
          const app = stage.app('sequence');
          await app.run(go);
          await app.run(go);
          await stage.rest();
          const { seen } = stage;
          const started = seen.of('session-start').map(({ session }) => session);
          expect(new Set(started).size).toBe(2);
          expect(seen.of('session-close').map(({ session }) => session)).toEqual(started);
          expect(seen.of('session-close').map(({ why }) => why)).toEqual([
            'run-without-thread',
            'run-without-thread',
          ]);
          expect(seen.of('session-pause')).toEqual([]);
          const firsts = seen.callsOf(subject.paths.sequence['first']);
          expect(firsts.map(({ previous }) => previous)).toEqual([undefined, undefined]);
        });
      },
    },
    {
      name: 'a run that waits for a person pauses its session, and whoever resumes it goes on in it',
      async check(subject) {
        const { asker, finisher } = subject.paths.suspend;
        await onStage(subject, {}, async (stage) => {
          const app = stage.app('suspend');
          await app.run({ ...go, session: 'T' });
          await stage.rest();
          const { seen } = stage;
          expect(seen.of('session-pause')).toHaveLength(1);
          expect(seen.of('session-close')).toHaveLength(0);
          await app.run({ ...go, session: 'T', resume: true });
          await stage.rest();
          expect(seen.of('session-start')).toHaveLength(1);
          const [asked] = seen.callsOf(asker);
          const [finished] = seen.callsOf(finisher);
          expect(finished?.session).toBe(asked?.session);
          expect(finished?.previous).toBe(asked?.call);
          expect(seen.endsOf(asker)).toEqual(['done']);
          expect(seen.endsOf(finisher)).toEqual(['done']);
        });
      },
    },
    {
      name: 'an agent that is resumed is caused by who ran before the pause',
      async check(subject) {
        const { asker, finisher } = subject.paths.suspend;
        await onStage(subject, {}, async (stage) => {
          const app = stage.app('suspend');
          await app.run({ ...go, session: 'T' });
          await app.run({ ...go, session: 'T', resume: true });
          await stage.rest();
          const { seen } = stage;
          const [resumed] = seen.dispatchesOf(finisher);
          expect(seen.ledTo(resumed)).toContain(seen.dispatchesOf(asker)[0]?.dispatch);
        });
      },
    },
    {
      name: 'detached in the middle of a run: what is open ends as aborted, the app goes on',
      async check(subject) {
        const open = Promise.withResolvers<void>();
        const asked = Promise.withResolvers<void>();
        const script = async () => {
          asked.resolve();
          await open.promise;
          return { text: 'late' };
        };
        await onStage(subject, { script }, async (stage) => {
          const app = stage.app('sequence');
          const run = app.run(go);
          await asked.promise;
          app.attachment?.detach();
          expect(stage.seen.endsOf(subject.paths.sequence['first'])).toEqual(['aborted']);
          open.resolve();
          expect(JSON.stringify(await run)).toContain('late');
          const starts = stage.seen.of('dispatch-start');
          expect(stage.seen.of('dispatch-end')).toHaveLength(starts.length);
        });
      },
    },
  ],
};
