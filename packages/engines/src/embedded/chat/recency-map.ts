/** Map that forgets its least recently used entries once their sizes sum to more than `capacity`. */
export class RecencyMap<Value> {
  readonly #capacity: number;
  readonly #sizeOf: (value: Value) => number;
  readonly #entries = new Map<string, { readonly value: Value; readonly size: number }>();
  #size = 0;

  /** @param sizeOf size of a value in the unit of `capacity`; a key counts one per character on top */
  constructor(capacity: number, sizeOf: (value: Value) => number) {
    this.#capacity = capacity;
    this.#sizeOf = sizeOf;
  }

  /** The remembered value, or the one that `compute` gives. An exception of `compute` is not remembered. */
  getOrCompute(key: string, compute: () => Value): Value {
    const found = this.#entries.get(key);
    if (found) {
      this.#entries.delete(key);
      this.#entries.set(key, found);
      return found.value;
    }
    const value = compute();
    const size = key.length + this.#sizeOf(value);
    this.#entries.set(key, { value, size });
    this.#size += size;
    for (const [oldest, entry] of this.#entries) {
      if (this.#size <= this.#capacity) {
        break;
      }
      this.#entries.delete(oldest);
      this.#size -= entry.size;
    }
    return value;
  }
}
