/** How the demo loads the engine. `saturated`: more sessions at once than slots, almost no thinking between turns. */
export type Load = 'light' | 'saturated';

/** Memory of the embedded engine, the same in every arm. */
export const engineSizing: {
  readonly slots: number;
  readonly contextTokens: number;
  readonly tierBytes: number;
} = { slots: 4, contextTokens: 4096, tierBytes: 16 * 2 ** 20 };

/** Sessions of one run and how they overlap. */
export interface LoadSizing {
  readonly sessions: number;
  /** Sessions that are live at the same time. */
  readonly concurrency: number;
  /** Factor on the planned thinking and tool times, 0 = none. */
  readonly thinkScale: number;
}

const full: Readonly<Record<Load, LoadSizing>> = {
  light: { sessions: 5, concurrency: 4, thinkScale: 1 },
  saturated: { sessions: 10, concurrency: 6, thinkScale: 0.15 },
};

/** Sizes of one run; `quick` is a smoke run that shows that everything works and nothing more. */
export function loadSizing(load: Load, quick: boolean): LoadSizing {
  return quick ? { ...full[load], sessions: 2, concurrency: 2 } : full[load];
}

export const defaultSeed = 7;
