/** Refusals before the first retry, and the most between two: each retry that changes nothing doubles the wait. */
const patience = { first: 32, most: 4_096 };

/**
 * When transfers that were found not to pay are tried again. The first ones of a process may have met a stalled disk or
 * a busy machine; without another look such a verdict would stand for good. A retry is one save and one load.
 */
export class TransferRetry {
  #refused = 0;
  #patience = patience.first;
  #save = false;
  #load = false;

  /** The figures said no, and nothing was moved. */
  refused(): void {
    this.#refused += 1;
    if (this.#refused < this.#patience) return;
    this.#refused = 0;
    this.#patience = Math.min(this.#patience * 2, patience.most);
    this.#save = true;
    this.#load = true;
  }

  /** May a state be saved although that does not pay? Until one was. */
  get save(): boolean {
    return this.#save;
  }

  /** May a state be loaded although that does not pay? Until one was. */
  get load(): boolean {
    return this.#load;
  }

  saved(): void {
    this.#save = false;
  }

  loaded(): void {
    this.#load = false;
  }
}
