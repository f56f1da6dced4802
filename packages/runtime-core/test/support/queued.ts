import { expect } from 'vitest';
import type { Directive, Policy } from '../../src/index.ts';
import { FakeDriver } from '../../src/testing/index.ts';
import { openSetting, policyOf, type Setting, type SettingOptions } from './setting.ts';

/** Lets everything that can go on without the clock go on. */
export const turns = async (): Promise<void> => {
  for (let at = 0; at < 3; at++) await new Promise((resolve) => setImmediate(resolve));
};

/** An engine whose requests take their time, with a queue of one place in front of it. */
export function queued(options: SettingOptions = {}): Promise<Setting> {
  return openSetting({
    driver: new FakeDriver({ timed: true }),
    queue: { concurrency: 1 },
    ...options,
  });
}

/** Sessions in the order in which their calls reached the engine. */
export const served = ({ driver }: Setting): readonly string[] =>
  driver.requests.map(({ body }) => String(body['user']));

/** Lets the clock run until every request is over. */
export async function finish<T>(
  setting: Setting,
  all: readonly Promise<T>[],
): Promise<readonly T[]> {
  const state = { over: false };
  const done = Promise.all(all).finally(() => (state.over = true));
  for (let at = 0; at < 500 && !state.over; at++) {
    await turns();
    setting.clock.advanceBy(20);
  }
  expect(state.over).toBe(true);
  return done;
}

export const wish = (key: string): Directive => ({ kind: 'queue', key, cost: 1, weight: 1 });

export const text = async (response: Promise<Response>): Promise<string> => (await response).text();

export function saying(
  directives: (call: string) => readonly Directive[],
  name = 'policy',
): Policy {
  return policyOf({
    name,
    mode: 'on',
    act: {
      inline: (occasion) => (occasion.type === 'request' ? directives(occasion.draft.call) : []),
    },
  });
}
