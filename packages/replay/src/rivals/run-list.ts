import { noRun } from '../cache/run.ts';
import type { Run } from '../cache/run.ts';

/** A doubly linked list of runs, newest first, over arrays: no allocation per run. */
export class RunList {
  readonly #newer: Int32Array;
  readonly #older: Int32Array;
  readonly #isIn: Uint8Array;
  newest: Run = noRun;
  oldest: Run = noRun;

  constructor(maxRuns: number) {
    this.#newer = new Int32Array(maxRuns).fill(noRun);
    this.#older = new Int32Array(maxRuns).fill(noRun);
    this.#isIn = new Uint8Array(maxRuns);
  }

  has(run: Run): boolean {
    return run !== noRun && this.#isIn[run] === 1;
  }

  newerThan(run: Run): Run {
    return this.#newer[run] ?? noRun;
  }

  addNewest(run: Run): void {
    this.#link(run, noRun, this.newest);
  }

  /** Puts a run right behind another one, as the next older. */
  addBehind(run: Run, other: Run): void {
    this.#link(run, other, this.#older[other] ?? noRun);
  }

  remove(run: Run): void {
    const newer = this.#newer[run] ?? noRun;
    const older = this.#older[run] ?? noRun;
    if (newer === noRun) this.newest = older;
    else this.#older[newer] = older;
    if (older === noRun) this.oldest = newer;
    else this.#newer[older] = newer;
    this.#isIn[run] = 0;
  }

  #link(run: Run, newer: Run, older: Run): void {
    this.#newer[run] = newer;
    this.#older[run] = older;
    if (newer === noRun) this.newest = run;
    else this.#older[newer] = run;
    if (older === noRun) this.oldest = run;
    else this.#newer[older] = run;
    this.#isIn[run] = 1;
  }
}
