/** Runs asynchronous sections one after the other, in the order they were asked for. */
export class AsyncLock {
  #tail: Promise<unknown> = Promise.resolve();

  run<T>(section: () => Promise<T> | T): Promise<T> {
    const result = this.#tail.then(section);
    // A section that failed tells its own caller and must not stop the ones behind it.
    this.#tail = result.catch(() => undefined);
    return result;
  }
}
