import type { Ability, FrameworkPort } from '@entresol/runtime-core';

/**
 * Calls: the runtime's own client does it. Nothing can be approved: Mastra asks the user only about tools that say so
 * before the run begins. An agent or a step has no result that could stand for its run.
 */
const abilities: readonly Ability[] = [
  'hold-call',
  'reject-call',
  'hold-tool',
  'reject-tool',
  'serve-tool',
  'hold-transition',
  'reject-transition',
];

/** What this adapter can do in a Mastra app, and what was asked of it in vain. */
export class MastraPort implements FrameworkPort {
  readonly can: ReadonlySet<Ability> = new Set(abilities);
  readonly #refused: Record<string, number> = {};

  refused(directive: string): void {
    this.#refused[directive] = (this.#refused[directive] ?? 0) + 1;
  }

  get refusals(): Readonly<Record<string, number>> {
    return { ...this.#refused };
  }
}
