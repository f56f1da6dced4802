import type { FrameworkSubject, RunInput } from './subject.ts';
import { Stage } from './stage.ts';
import type { StageOptions } from './stage.ts';

/** One thing that every adapter must do. */
export interface SuiteCase {
  /** What is so when it passes; the row of the table. */
  readonly name: string;
  /** @throws when it is not so */
  check(subject: FrameworkSubject): Promise<void>;
}

/** Cases under one heading. */
export interface CaseGroup {
  readonly title: string;
  readonly cases: readonly SuiteCase[];
}

/** Opens a stage for `act`, and closes it whatever happens. */
export async function onStage<T>(
  subject: FrameworkSubject,
  options: StageOptions,
  act: (stage: Stage) => Promise<T>,
): Promise<T> {
  const stage = await Stage.open(subject, options);
  try {
    return await act(stage);
  } finally {
    await stage.close();
  }
}

/** A run in a session of its own. */
export const go: RunInput = { prompt: 'go #A', mode: 'whole' };
