/** Prompt tokens to compute, at positions `from` up to but not including `to`. */
export interface Prefill {
  from: number;
  to: number;
  /** Its call; -1 = nobody waits for it. */
  readonly call: number;
}

/** First come, first served. */
export class PrefillQueue {
  #items: Prefill[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: Prefill): void {
    this.#items.push(item);
  }

  /** The oldest with something left; what has nothing left is dropped. */
  first(): Prefill | undefined {
    for (;;) {
      const item = this.#items[this.#head];
      if (item === undefined || item.from < item.to) return item;
      this.shift();
    }
  }

  shift(): void {
    this.#head += 1;
    if (this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
  }
}
