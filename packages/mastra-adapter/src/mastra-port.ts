import type { Ability, FrameworkPort } from '@entresol/runtime-core';

/** Calls: the runtime's own client does it. An agent or a step has no result that could stand for its run. */
const abilities: readonly Ability[] = [
  'hold-call',
  'reject-call',
  'hold-tool',
  'reject-tool',
  'approve-tool',
  'serve-tool',
  'hold-transition',
  'reject-transition',
  'approve-transition',
];

/** What this adapter can do in a Mastra app, and what was asked of it in vain. */
export class MastraPort implements FrameworkPort {
  readonly can: ReadonlySet<Ability> = new Set(abilities);
  /**
   * For whatever Mastra cannot suspend: apps without a storage, runs of agents, steps with schemas of their own for
   * suspending, tools of a deprecated network.
   */
  readonly unasking: FrameworkPort = {
    can: new Set(abilities.filter((ability) => !ability.startsWith('approve-'))),
    refused: (directive) => this.refused(directive),
  };
  readonly #refused: Record<string, number> = {};

  refused(directive: string): void {
    this.#refused[directive] = (this.#refused[directive] ?? 0) + 1;
  }

  get refusals(): Readonly<Record<string, number>> {
    return { ...this.#refused };
  }
}
