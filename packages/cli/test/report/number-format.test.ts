import { expect, test } from 'vitest';
import {
  formatBytes,
  formatElapsed,
  formatPoints,
  formatRate,
  formatRelative,
  formatTokens,
} from '../../src/report/number-format.ts';

test.each([
  [formatRate(0.667), '67 %'],
  [formatRate(-0.031), '−3 %'],
  [formatRate(-0.001), '0 %'],
  [formatPoints(12), '+12 pts'],
  [formatPoints(-3), '−3 pts'],
  [formatPoints(0), '0 pts'],
  [formatRelative(-31), '−31 %'],
  [formatTokens(5180), '5,180 tok'],
  [formatTokens(41_700), '41.7 k tok'],
  [formatBytes(812), '812 bytes'],
  [formatBytes(5102), '5.1 KB'],
  [formatBytes(50_331_648), '50.3 MB'],
  [formatElapsed(518_000), '8:38'],
])('%s', (text, expected) => {
  expect(text).toBe(expected);
});
