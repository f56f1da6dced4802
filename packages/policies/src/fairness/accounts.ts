/** Accounts beyond which the oldest is written off. */
const maxAccounts = 8_192;

/** What flows have used beyond what they were charged, or less. What is taken is charged elsewhere. */
export class Accounts {
  readonly #owed = new Map<string, number>();

  add(flow: string, amount: number): void {
    const owed = this.#owed.get(flow);
    if (owed === undefined && this.#owed.size >= maxAccounts) {
      const [oldest] = this.#owed.keys();
      if (oldest !== undefined) this.#owed.delete(oldest);
    }
    this.#owed.set(flow, (owed ?? 0) + amount);
  }

  take(flow: string): number {
    const owed = this.#owed.get(flow) ?? 0;
    this.#owed.delete(flow);
    return owed;
  }
}
