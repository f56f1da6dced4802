/** What stands in the place of a value that the app may assign anew. */
interface Stand {
  /** What whoever reads the property gets, of the app's own value. */
  readonly shown: (own: unknown) => unknown;
  /** The app's own value, of one that it assigns, parts of which it may have read before. */
  readonly own: (assigned: unknown) => unknown;
}

/** Puts things into an app's objects, and takes all of them out again. */
export class Interposer {
  readonly #undo: (() => void)[] = [];
  #active = true;

  /** False once everything has been taken out; what somebody else has wrapped meanwhile then only passes on. */
  get active(): boolean {
    return this.#active;
  }

  /**
   * Stands before a method of one object.
   * @param around gets the arguments and `go`, which calls what was there before with arguments of choice
   */
  method(
    owner: object,
    name: string,
    around: (args: readonly unknown[], go: (...args: readonly unknown[]) => unknown) => unknown,
  ): void {
    const before: unknown = Reflect.get(owner, name);
    if (typeof before !== 'function') return;
    const isActive = (): boolean => this.#active;
    const placed = function (this: unknown, ...args: readonly unknown[]): unknown {
      const go = (...given: readonly unknown[]): unknown =>
        Reflect.apply(before, this ?? owner, given);
      return isActive() ? around(args, go) : go(...args);
    };
    this.property(owner, name, placed);
  }

  /** Replaces a property of one object. What somebody has put there since is left alone when ours is taken out. */
  property(owner: object, name: string, value: unknown): void {
    const before = Object.getOwnPropertyDescriptor(owner, name);
    Object.defineProperty(owner, name, {
      value,
      writable: true,
      configurable: true,
      enumerable: before?.enumerable ?? false,
    });
    this.later(() => {
      if (Object.getOwnPropertyDescriptor(owner, name)?.value !== value) return;
      if (before === undefined) Reflect.deleteProperty(owner, name);
      else Object.defineProperty(owner, name, before);
    });
  }

  /** Stands before a property that the app goes on assigning to. Taken out, it has the value that the app gave it last. */
  assignable(owner: object, name: string, stand: Stand): void {
    const before = Object.getOwnPropertyDescriptor(owner, name);
    let own: unknown = Reflect.get(owner, name);
    let shown = stand.shown(own);
    let isAssigned = false;
    const set = (value: unknown): void => {
      isAssigned = true;
      own = stand.own(value);
      shown = this.#active ? stand.shown(own) : own;
    };
    Object.defineProperty(owner, name, {
      get: () => shown,
      set,
      configurable: true,
      enumerable: before?.enumerable ?? false,
    });
    this.later(() => {
      if (Object.getOwnPropertyDescriptor(owner, name)?.set !== set) return;
      if (before === undefined) Reflect.deleteProperty(owner, name);
      else Object.defineProperty(owner, name, before);
      if (isAssigned) Reflect.set(owner, name, own);
    });
  }

  later(undo: () => void): void {
    this.#undo.push(undo);
  }

  /** Takes everything out, last in first out. Idempotent. */
  restore(): void {
    this.#active = false;
    for (const undo of this.#undo.splice(0).toReversed()) undo();
  }
}
