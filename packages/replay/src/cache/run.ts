/** Index of a run in a {@link BlockTree}; {@link noRun} stands for none. */
export type Run = number;
export const noRun: Run = -1;
