import base from '../../../vitest.config.ts';

/** The adapter's tests with the oldest Mastra of its peer range. */
export default {
  ...base,
  resolve: { alias: [{ find: /^@mastra\/core(?=\/|$)/u, replacement: '@mastra/core-low' }] },
  test: { ...base.test, include: ['packages/mastra-adapter/test/**/*.test.ts'] },
};
