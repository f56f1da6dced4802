import type { Ability, FrameworkPort } from '@entresol/runtime-core';

/** Calls: the runtime's own client does it. A step cannot be served: a node has no result that could stand for its run. */
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

/** What this adapter can do in a graph, and what was asked of it in vain. */
export class GraphPort implements FrameworkPort {
  readonly can: ReadonlySet<Ability>;
  /** For a run without a checkpointer: LangGraph cannot interrupt it to ask. */
  readonly unasking: FrameworkPort;
  readonly #refused: Record<string, number> = {};

  /** @param gatesSteps false where only tools can be stood before */
  constructor({ gatesSteps }: { readonly gatesSteps: boolean }) {
    const own = abilities.filter((ability) => gatesSteps || !ability.endsWith('-transition'));
    this.can = new Set(own);
    const can = new Set(own.filter((ability) => !ability.startsWith('approve-')));
    this.unasking = { can, refused: (directive) => this.refused(directive) };
  }

  refused(directive: string): void {
    this.#refused[directive] = (this.#refused[directive] ?? 0) + 1;
  }

  get refusals(): Readonly<Record<string, number>> {
    return { ...this.#refused };
  }
}
