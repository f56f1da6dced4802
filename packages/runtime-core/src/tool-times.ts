import type { ToolOutcome } from './directives.ts';
import type { Milliseconds } from './identities.ts';
import type { Clock } from './ports.ts';
import { Sample } from './sample.ts';

/** Tools whose times are kept; later ones are not timed. */
const maxTools = 1_024;

/** How long tools take whose results somebody may serve. */
export class ToolTimes {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #times = new Map<string, Sample>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** The tool runs from now until `ran` is told that it has returned. */
  timed(tool: string, ran: (outcome: ToolOutcome) => void): (outcome: ToolOutcome) => void {
    const fromMs = this.#clock.now();
    return (outcome) => {
      if (outcome.how === 'returned') this.#add(tool, this.#clock.now() - fromMs);
      ran(outcome);
    };
  }

  #add(tool: string, ms: Milliseconds): void {
    let times = this.#times.get(tool);
    if (times === undefined) {
      if (this.#times.size >= maxTools) return;
      this.#times.set(tool, (times = new Sample()));
    }
    times.add(ms);
  }

  /** Undefined for a tool that has not returned yet. */
  mean(tool: string): Milliseconds | undefined {
    return this.#times.get(tool)?.mean;
  }
}
