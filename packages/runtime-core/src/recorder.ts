import type { Answer, Decision, RuntimeRecord, World } from './decision-record.ts';
import { recordingWorld } from './decision-record.ts';
import type { RuntimeEvent } from './events.ts';
import type { Tally } from './tally.ts';

/** Hands events and decisions to the user's recorder; costs nothing when there is none. */
export class Recorder {
  readonly #write: ((record: RuntimeRecord) => void) | undefined;
  readonly #tally: Tally;

  constructor(write: ((record: RuntimeRecord) => void) | undefined, tally: Tally) {
    this.#write = write;
    this.#tally = tally;
  }

  /** The world to decide in: itself, or one that notes its answers. */
  world(world: World): { readonly world: World; readonly answers: readonly Answer[] } {
    return this.#write === undefined ? { world, answers: [] } : recordingWorld(world);
  }

  event(event: RuntimeEvent, answers: readonly Answer[]): void {
    this.#record({ kind: 'event', event, ...(answers.length === 0 ? {} : { answers }) });
  }

  decision(decision: Decision): void {
    this.#record({ kind: 'decision', decision });
  }

  #record(record: RuntimeRecord): void {
    if (this.#write === undefined) return;
    try {
      this.#write(record);
    } catch {
      this.#tally.count('recorder-fault');
    }
  }
}
