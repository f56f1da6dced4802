import { ManualClock } from '@entresol/runtime-core/testing';
import { expect, test } from 'vitest';
import { TimeBox } from '../../src/bench/time-box.ts';

test('the first repeat is always begun, and no other that would likely end too late', () => {
  const clock = new ManualClock(500);
  const box = TimeBox.forNextRow(clock, 500 + 100, 1);
  expect(box.fits()).toBe(true);
  clock.advanceTo(500 + 40);
  box.finished();
  expect(box.fits()).toBe(true);
  clock.advanceTo(500 + 70);
  box.finished();
  // 30 ms are left, and one repeat took 40.
  expect(box.fits()).toBe(false);
});

test('a row without time left still has its first repeat', () => {
  const clock = new ManualClock(200);
  const box = TimeBox.forNextRow(clock, 100, 2);
  expect(box.fits()).toBe(true);
  clock.advanceTo(201);
  box.finished();
  expect(box.fits()).toBe(false);
});

test('rows share what is left evenly', () => {
  const clock = new ManualClock();
  const first = TimeBox.forNextRow(clock, 100, 2);
  clock.advanceTo(20);
  first.finished();
  expect(first.fits()).toBe(true);
  clock.advanceTo(40);
  first.finished();
  expect(first.fits()).toBe(false);
  const second = TimeBox.forNextRow(clock, 100, 1);
  clock.advanceTo(70);
  second.finished();
  expect(second.fits()).toBe(true);
});

test('without a limit everything fits', () => {
  const clock = new ManualClock();
  const box = TimeBox.forNextRow(clock, Infinity, 3);
  clock.advanceTo(1e9);
  box.finished();
  expect(box.fits()).toBe(true);
});
