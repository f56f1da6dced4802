/** What comes next: entries by ascending key, equal keys by ascending value. Meant for at most some hundreds at once. */
export class TimedQueue {
  // Descending, so that taking the first is a pop.
  readonly #keys: number[] = [];
  readonly #values: number[] = [];

  /** Least key; infinite when there is nothing. */
  get nextKey(): number {
    return this.#keys.at(-1) ?? Number.POSITIVE_INFINITY;
  }

  push(key: number, value: number): void {
    let at = this.#keys.length;
    while (at > 0 && this.#comesBefore(at - 1, key, value)) at--;
    this.#keys.splice(at, 0, key);
    this.#values.splice(at, 0, value);
  }

  /** @returns the value of the least key, or undefined when there is nothing */
  pop(): number | undefined {
    this.#keys.pop();
    return this.#values.pop();
  }

  #comesBefore(at: number, key: number, value: number): boolean {
    const other = this.#keys[at] ?? 0;
    return other < key || (other === key && (this.#values[at] ?? 0) < value);
  }
}
