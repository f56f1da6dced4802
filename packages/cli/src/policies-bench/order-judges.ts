import type { Judge } from './policy-measurement.ts';

const mostWait = 1.5;

export const more: Judge = ({ without, with: value, low }) => ({
  threshold: 'more with it, over the whole interval',
  met: low === null ? value > without : low > 0,
});

export const longerWait: Judge = ({ without, with: value }) => ({
  threshold: `at most ${mostWait} times with it`,
  met: value <= mostWait * without,
});
