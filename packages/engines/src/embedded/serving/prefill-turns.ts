/**
 * One prompt is computed at a time, first come, first served. Prompts that share the batches would all be ready late: of
 * four equal ones side by side each waits for the work of four, one after the other they wait for two and a half on
 * average. llama-server fills its batches in the order of slots and comes to the same.
 */
export class PrefillTurns {
  readonly #waiting: (() => void)[] = [];
  #taken = false;

  /**
   * Resolves when it is this prompt's turn.
   * @returns ends the turn; idempotent
   * @throws the signal's reason when it aborts before
   */
  async take(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#taken) await this.#wait(signal);
    this.#taken = true;
    let over = false;
    return () => {
      if (over) return;
      over = true;
      const next = this.#waiting.shift();
      if (next === undefined) this.#taken = false;
      else next();
    };
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = (): void => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      const abort = (): void => {
        const at = this.#waiting.indexOf(go);
        if (at < 0) return;
        this.#waiting.splice(at, 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.push(go);
    });
  }
}
