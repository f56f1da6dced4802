import type { AdapterHost, Policy } from '@entresol/runtime-core';
import { expect, vi } from 'vitest';
import { outcomeOf } from '../outcome.ts';
import { play } from '../played.ts';
import { appNames } from '../subject.ts';
import type { AppName, FrameworkSubject, Mode, RunInput } from '../subject.ts';
import { go, onStage } from '../suite-case.ts';
import type { CaseGroup } from '../suite-case.ts';

/** All runs that an app needs to come to its end. */
export function runsOf(app: AppName, mode: Mode): readonly RunInput[] {
  const input = { ...go, mode, session: 'S' };
  return app === 'suspend' ? [input, { ...input, resume: true }] : [input];
}

async function unchanged(subject: FrameworkSubject, mode: Mode): Promise<void> {
  for (const app of appNames) {
    const inputs = runsOf(app, mode);
    // oxlint-disable-next-line no-await-in-loop
    const [attached, plain] = await Promise.all([
      play(subject, { app, inputs }, true),
      play(subject, { app, inputs }, false),
    ]);
    expect(attached.outcomes, `in ${app}`).toEqual(plain.outcomes);
    expect(attached.written, `in ${app}`).toEqual(plain.written);
    expect(plain.carried.map(({ call }) => call)).toEqual(plain.carried.map(() => undefined));
    expect(plain.seen.events).toEqual([]);
  }
}

/** What an object holds by itself, and its prototype. */
function own(part: object): unknown {
  return [Object.getPrototypeOf(part), Object.getOwnPropertyDescriptors(part)];
}

class Broken extends Error {}

/** A host that works until it is told to break; then whatever the adapter asks of it throws. */
function breakable(runtime: AdapterHost): {
  readonly host: AdapterHost;
  readonly breakDown: () => void;
} {
  let broken = false;
  const host = new Proxy(runtime, {
    get(target, key) {
      if (broken) throw new Broken('broken');
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return {
    host,
    breakDown: () => {
      broken = true;
    },
  };
}

const fails = (): never => {
  throw new Broken('broken');
};

const failing: Policy = {
  name: 'failing',
  mode: 'on',
  interference: 'none',
  observe: fails,
  act: { inline: fails, background: fails },
};

export const transparency: CaseGroup = {
  title: 'An app that does not notice',
  cases: [
    {
      name: 'results and requests are those of the app alone: whole replies',
      check: (subject) => unchanged(subject, 'whole'),
    },
    {
      name: 'results and requests are those of the app alone: streamed replies',
      check: (subject) => unchanged(subject, 'stream'),
    },
    {
      name: 'a policy that throws changes no result',
      async check(subject) {
        for (const app of appNames) {
          const inputs = runsOf(app, 'whole');
          // oxlint-disable-next-line no-await-in-loop
          const [attached, plain] = await Promise.all([
            play(subject, { app, inputs, policies: [failing] }, true),
            play(subject, { app, inputs }, false),
          ]);
          expect(attached.outcomes, `in ${app}`).toEqual(plain.outcomes);
        }
      },
    },
    {
      name: 'a runtime that throws at everything changes no result',
      async check(subject) {
        for (const app of appNames) {
          const inputs = runsOf(app, 'whole');
          // oxlint-disable-next-line no-await-in-loop
          const plain = await play(subject, { app, inputs }, false);
          // oxlint-disable-next-line no-await-in-loop
          await onStage(subject, {}, async (stage) => {
            // Frameworks may write of a fault in what listens to them.
            vi.spyOn(console, 'error').mockImplementation(() => undefined);
            const built = stage.app(app, { attached: false });
            const { host, breakDown } = breakable(stage.runtime);
            const attachment = subject.attach(built.app, host);
            breakDown();
            const outcomes = [];
            // oxlint-disable-next-line no-await-in-loop
            for (const input of inputs) outcomes.push(await outcomeOf(built.run(input)));
            expect(outcomes, `in ${app}`).toEqual(plain.outcomes);
            attachment.detach();
          });
        }
      },
    },
    {
      name: 'attaching twice is attaching once',
      async check(subject) {
        await onStage(subject, {}, async (stage) => {
          const app = stage.app('tool');
          const again = subject.attach(app.app, stage.runtime);
          expect(again).toBe(app.attachment);
          expect(stage.seen.of('topology-declare')).toHaveLength(1);
          await app.run(go);
          await stage.rest();
          expect(stage.seen.of('session-start')).toHaveLength(1);
          expect(stage.seen.of('tool-start')).toHaveLength(1);
          expect(stage.seen.of('call-start').map(({ attempt }) => attempt)).toEqual([1, 1]);
        });
      },
    },
    {
      name: 'an app of another runtime is refused',
      async check(subject) {
        await onStage(subject, {}, async (stage) => {
          const { app } = stage.app('tool');
          await onStage(subject, {}, async ({ runtime }) => {
            expect(() => subject.attach(app, runtime)).toThrow(/attached/u);
          });
        });
      },
    },
    {
      name: 'what is no app is refused, and said so',
      async check(subject) {
        await onStage(subject, {}, async ({ runtime }) => {
          for (const nothing of [{}, [], new Date(0)]) {
            expect(() => subject.attach(nothing, runtime)).toThrow(/attach/u);
          }
        });
      },
    },
    {
      name: 'detaching leaves no trace on the wire, in the objects or in the results',
      async check(subject) {
        for (const name of appNames) {
          // oxlint-disable-next-line no-await-in-loop
          await onStage(subject, {}, async (stage) => {
            const { app, parts, run } = stage.app(name, { attached: false });
            const before = parts.map(own);
            const attachment = subject.attach(app, stage.runtime);
            attachment.detach();
            attachment.detach();
            expect(parts.map(own), `in ${name}`).toEqual(before);
            const events = stage.seen.events.length;
            await run({ ...go, session: 'S' });
            expect(stage.seen.events).toHaveLength(events);
          });
          // oxlint-disable-next-line no-await-in-loop
          await onStage(subject, {}, async (stage) => {
            const { attachment, run } = stage.app(name);
            await outcomeOf(run({ ...go, session: 'S' }));
            await stage.rest();
            const [events, requests] = [stage.seen.events.length, stage.server.requests.length];
            attachment?.detach();
            await outcomeOf(run({ ...go, session: 'T' }));
            expect(stage.seen.events, `in ${name}`).toHaveLength(events);
            const since = stage.server.requests.slice(requests);
            expect(since.length, `in ${name}`).toBeGreaterThan(0);
            expect(since.map((request) => stage.draftOf(request))).toEqual(
              since.map(() => undefined),
            );
          });
        }
      },
    },
  ],
};
