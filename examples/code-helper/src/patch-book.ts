export interface Patch {
  readonly file: string;
  readonly old_text: string;
  readonly new_text: string;
  readonly reason: string;
}

/** Patches that were proposed and not applied, by session. */
export class PatchBook {
  readonly #patches = new Map<string, Patch[]>();

  add(session: string, patch: Patch): void {
    const kept = this.#patches.get(session);
    if (kept) kept.push(patch);
    else this.#patches.set(session, [patch]);
  }

  /** In the order they were proposed. */
  of(session: string): readonly Patch[] {
    return this.#patches.get(session) ?? [];
  }

  /** Lets go of a session that is over. */
  forget(session: string): void {
    this.#patches.delete(session);
  }
}
