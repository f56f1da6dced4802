import type { Ability, FrameworkPort } from '../framework.ts';

/** Calls: the runtime's own client does it. No framework has a result that could stand for the run of an agent or a step. */
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

/** What an adapter can do in an app, and what was asked of it in vain. */
export class AdapterPort implements FrameworkPort {
  readonly can: ReadonlySet<Ability>;
  /** The same where nobody can be asked, such as a run that cannot be suspended. */
  readonly unasking: FrameworkPort;
  readonly #refused: Record<string, number> = {};

  /** @param gatesSteps false where only tools can be stood before */
  constructor({ gatesSteps = true }: { readonly gatesSteps?: boolean } = {}) {
    const own = abilities.filter((ability) => gatesSteps || !ability.endsWith('-transition'));
    this.can = new Set(own);
    const can = new Set(own.filter((ability) => !ability.startsWith('approve-')));
    this.unasking = { can, refused: (directive) => this.refused(directive) };
  }

  refused(directive: string): void {
    this.#refused[directive] = (this.#refused[directive] ?? 0) + 1;
  }

  /** Refused directives, by kind and occasion. */
  get refusals(): Readonly<Record<string, number>> {
    return { ...this.#refused };
  }
}
