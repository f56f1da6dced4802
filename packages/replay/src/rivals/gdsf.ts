import type { ReplacementMaker } from '../cache/replacement.ts';

/**
 * GreedyDual-Size-Frequency (Cherkasova 1998): value = L + uses × cost / size, L = value of the last victim. Blocks have
 * one size and cost, so the ratio is 1.
 */
export const gdsf: ReplacementMaker = {
  name: 'gdsf',
  source: 'GreedyDual-Size-Frequency (Cherkasova 1998); cost / size constant',
  create: ({ tree }) => {
    const values = new Float64Array(tree.parent.length);
    let inflation = 0;
    return {
      victims: {
        kind: 'score',
        keep: (run) => values[run] ?? 0,
        gaveUp: (run) => {
          inflation = Math.max(inflation, values[run] ?? 0);
        },
      },
      served({ path }) {
        for (const run of path) values[run] = inflation + (tree.uses[run] ?? 0);
      },
      split(head, tail) {
        values[tail] = values[head] ?? 0;
      },
    };
  },
};
