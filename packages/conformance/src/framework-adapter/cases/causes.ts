import { expect } from 'vitest';
import { rounds } from '../script.ts';
import { go, onStage } from '../suite-case.ts';
import type { CaseGroup } from '../suite-case.ts';

export const causes: CaseGroup = {
  title: 'Causal predecessors',
  cases: [
    {
      name: 'agents in a row: each follows the one before',
      async check(subject) {
        const { first, second } = subject.paths.sequence;
        await onStage(subject, {}, async (stage) => {
          await stage.app('sequence').run(go);
          await stage.rest();
          const { seen } = stage;
          const [before] = seen.dispatchesOf(first);
          expect(before?.after).toEqual([]);
          expect(seen.dispatchesOf(second)[0]?.after).toEqual([before?.dispatch]);
          const [call] = seen.callsOf(first);
          expect(call).toBeDefined();
          expect(call?.previous).toBeUndefined();
          expect(seen.callsOf(second)[0]?.previous).toBe(call?.call);
        });
      },
    },
    {
      name: 'a step between them that asks no model: the same',
      async check(subject) {
        const { first, second } = subject.paths.quiet;
        await onStage(subject, {}, async (stage) => {
          await stage.app('quiet').run(go);
          await stage.rest();
          const { seen } = stage;
          const [before] = seen.dispatchesOf(first);
          expect(seen.ledTo(seen.dispatchesOf(second)[0])).toContain(before?.dispatch);
          expect(seen.callsOf(second)[0]?.previous).toBe(seen.callsOf(first)[0]?.call);
        });
      },
    },
    {
      name: 'agents side by side: none follows the other, and what joins them follows both',
      async check(subject) {
        const { left, right, writer } = subject.paths.parallel;
        await onStage(subject, {}, async (stage) => {
          await stage.app('parallel').run(go);
          await stage.rest();
          const { seen } = stage;
          const beside = [left, right].flatMap((agent) => seen.dispatchesOf(agent));
          expect(beside.map(({ after }) => after)).toEqual([[], []]);
          const asked = [left, right].flatMap((agent) => seen.callsOf(agent));
          expect(asked.map(({ previous }) => previous)).toEqual([undefined, undefined]);
          const [joined] = seen.dispatchesOf(writer);
          expect(joined?.after.toSorted()).toEqual(
            beside.map(({ dispatch }) => dispatch).toSorted(),
          );
          // Of the calls before a join the one that was over last.
          const over = seen.of('call-end').map(({ call }) => call);
          const last = over.filter((call) => asked.some((one) => one.call === call)).at(-1);
          expect(seen.callsOf(writer)[0]?.previous).toBe(last);
        });
      },
    },
    {
      name: 'a loop: each round follows the one before',
      async check(subject) {
        const { drafter } = subject.paths.loop;
        await onStage(subject, {}, async (stage) => {
          await stage.app('loop').run(go);
          await stage.rest();
          const dispatches = stage.seen.dispatchesOf(drafter);
          expect(dispatches).toHaveLength(rounds);
          expect(dispatches.map(({ after }) => after)).toEqual([
            [],
            ...dispatches.slice(0, -1).map(({ dispatch }) => [dispatch]),
          ]);
          const calls = stage.seen.callsOf(drafter);
          expect(calls.map(({ previous }) => previous)).toEqual([
            undefined,
            ...calls.slice(0, -1).map(({ call }) => call),
          ]);
        });
      },
    },
    {
      name: 'a tool: the call after it follows the call that asked for it',
      async check(subject) {
        const { solo } = subject.paths.tool;
        await onStage(subject, {}, async (stage) => {
          await stage.app('tool').run(go);
          await stage.rest();
          const [asking, answering] = stage.seen.callsOf(solo);
          expect(asking?.previous).toBeUndefined();
          expect(answering?.previous).toBe(asking?.call);
        });
      },
    },
    {
      name: 'a sub-agent: inside whoever asked for it, its calls between theirs',
      async check(subject) {
        const { lead, worker } = subject.paths.delegation;
        await onStage(subject, {}, async (stage) => {
          await stage.app('delegation').run(go);
          await stage.rest();
          const { seen } = stage;
          const [asking, answering] = seen.callsOf(lead);
          const [asked] = seen.callsOf(worker);
          expect(asked?.previous).toBe(asking?.call);
          expect(answering?.previous).toBe(asked?.call);
          const parent = seen.dispatchesOf(worker)[0]?.parent;
          const around = seen.of('dispatch-start').map(({ dispatch }) => dispatch);
          expect(around).toContain(parent);
        });
      },
    },
  ],
};
