import { expect, vi } from 'vitest';
import { outcomeOf } from '../outcome.ts';
import { play } from '../played.ts';
import type { Play } from '../played.ts';
import { answer, barrier } from '../script.ts';
import { go, onStage } from '../suite-case.ts';
import type { CaseGroup } from '../suite-case.ts';
import type { FrameworkSubject, Mode } from '../subject.ts';
import type { Script, WireRequest } from '../wire-server.ts';

/** Refuses the requests of one role, the first of them or all. */
function refusing(
  role: string,
  status: number,
  which: (request: WireRequest) => boolean = () => true,
): Script {
  return (request) => (request.role === role && which(request) ? { status } : answer(request));
}

/** The same end for the app, and for the runtime a call and a dispatch that failed. */
async function failsAlike(
  subject: FrameworkSubject,
  { app, inputs, script }: Play,
  agent: string | undefined,
): Promise<void> {
  const playing = { app, inputs, ...(script === undefined ? {} : { script }) };
  const [attached, plain] = await Promise.all([
    play(subject, playing, true),
    play(subject, playing, false),
  ]);
  expect(attached.outcomes).toEqual(plain.outcomes);
  const { seen } = attached;
  expect(seen.endsOf(agent)).toEqual(['failed']);
  const [call] = seen.callsOf(agent);
  expect(seen.of('call-fail').map((failed) => failed.call)).toEqual([call?.call]);
  expect(seen.of('call-end').some((ended) => ended.call === call?.call)).toBe(false);
}

/** An engine that keeps its client waiting until it goes. */
const silent: Script = async ({ gone }) => {
  await gone;
  return {};
};

async function aborted(subject: FrameworkSubject, mode: Mode): Promise<void> {
  const outcomes = [true, false].map((attached) =>
    onStage(subject, { script: silent }, async (stage) => {
      const stop = new AbortController();
      const run = outcomeOf(
        stage.app('tool', { attached }).run({ ...go, mode, signal: stop.signal }),
      );
      await vi.waitFor(() => expect(stage.server.requests).toHaveLength(1));
      stop.abort();
      const outcome = await run;
      await stage.server.requests[0]?.gone;
      await stage.rest();
      if (attached) {
        const { seen } = stage;
        expect(seen.endsOf(subject.paths.tool['solo'])).toEqual(['aborted']);
        expect(seen.of('call-fail')).toHaveLength(1);
        expect(seen.of('session-close')).toHaveLength(1);
      }
      return outcome;
    }),
  );
  const [attached, plain] = await Promise.all(outcomes);
  expect(attached).toEqual(plain);
}

export const failures: CaseGroup = {
  title: 'Aborts, errors and retries',
  cases: [
    {
      name: 'an abort while a model is asked: whole reply',
      check: (subject) => aborted(subject, 'whole'),
    },
    {
      name: 'an abort while a model is asked: streamed reply',
      check: (subject) => aborted(subject, 'stream'),
    },
    {
      name: 'an engine that refuses (400): the error of the app alone, a call and a dispatch that failed',
      check: (subject) =>
        failsAlike(
          subject,
          { app: 'tool', inputs: [go], script: refusing('solo', 400) },
          subject.paths.tool['solo'],
        ),
    },
    {
      name: 'an engine that breaks (500): the same',
      check: (subject) =>
        failsAlike(
          subject,
          { app: 'tool', inputs: [go], script: refusing('solo', 500) },
          subject.paths.tool['solo'],
        ),
    },
    {
      name: 'an engine that refuses a stream: the same',
      check: (subject) =>
        failsAlike(
          subject,
          { app: 'tool', inputs: [{ ...go, mode: 'stream' }], script: refusing('solo', 400) },
          subject.paths.tool['solo'],
        ),
    },
    {
      name: 'an agent that fails in a row: the one before is done, the next never begins',
      async check(subject) {
        const { first, second } = subject.paths.sequence;
        const script = refusing('second', 400);
        await failsAlike(subject, { app: 'sequence', inputs: [go], script }, second);
        const { seen } = await play(subject, { app: 'sequence', inputs: [go], script }, true);
        expect(seen.endsOf(first)).toEqual(['done']);
      },
    },
    {
      name: 'an agent that fails beside another: each ends once, and what joins them never begins',
      async check(subject) {
        const { left, right, writer } = subject.paths.parallel;
        const both = barrier(2);
        const script: Script = async (request) => {
          await both();
          return request.role === 'left' ? { status: 400 } : answer(request);
        };
        const { seen } = await play(subject, { app: 'parallel', inputs: [go], script }, true);
        expect(seen.endsOf(left)).toEqual(['failed']);
        expect(['done', 'aborted']).toEqual(expect.arrayContaining([...seen.endsOf(right)]));
        expect(seen.dispatchesOf(writer)).toEqual([]);
      },
    },
    {
      name: 'an HTTP retry (500, then 200): two attempts at one call',
      async check(subject) {
        const script = refusing('solo', 500, ({ nth }) => nth === 1);
        const playing: Play = { app: 'tool', inputs: [go], script, retries: 1 };
        const [attached, plain] = await Promise.all([
          play(subject, playing, true),
          play(subject, playing, false),
        ]);
        expect(attached.outcomes).toEqual(plain.outcomes);
        const calls = attached.seen.of('call-start');
        expect(calls.map(({ attempt }) => attempt)).toEqual([1, 2, 1]);
        expect(calls[1]?.call).toBe(calls[0]?.call);
        expect(calls[2]?.previous).toBe(calls[0]?.call);
        expect(attached.seen.endsOf(calls[0]?.agent).every((how) => how === 'done')).toBe(true);
      },
    },
  ],
};
