import type { RunnableConfig } from '@langchain/core/runnables';

/** Anything of LangChain that is run with `invoke`: a node, a tool. */
export interface Invokable {
  invoke(input: unknown, config?: RunnableConfig): Promise<unknown>;
}

/** Stands before an invocation: lets it go on, or answers in its place. */
export type Gate = (
  input: unknown,
  config: RunnableConfig,
  go: () => Promise<unknown>,
) => Promise<unknown>;

export function isInvokable(value: unknown): value is Invokable {
  return (
    typeof value === 'object' &&
    value !== null &&
    'invoke' in value &&
    typeof value.invoke === 'function'
  );
}

/**
 * Gates by whose they are. One owner has one gate however often it asks, so that an inner graph that many graphs of one
 * workload share is asked about once.
 */
export class Gates {
  readonly #byOwner = new Map<object, { readonly gate: Gate; claims: number }>();

  get size(): number {
    return this.#byOwner.size;
  }

  add(owner: object, gate: Gate): void {
    const known = this.#byOwner.get(owner);
    if (known === undefined) this.#byOwner.set(owner, { gate, claims: 1 });
    else known.claims += 1;
  }

  remove(owner: object): void {
    const known = this.#byOwner.get(owner);
    if (known === undefined) return;
    known.claims -= 1;
    if (known.claims === 0) this.#byOwner.delete(owner);
  }

  pass(input: unknown, config: RunnableConfig, go: () => Promise<unknown>): Promise<unknown> {
    let next = go;
    for (const { gate } of this.#byOwner.values()) {
      const inner = next;
      next = () => gate(input, config, inner);
    }
    return next();
  }
}

/** The same object to everyone who looks at it, except that `invoke` passes the gates first. */
export function gated<T extends Invokable>(inner: T, gates: Gates): T {
  const invoke = (input: unknown, config: RunnableConfig = {}): Promise<unknown> =>
    gates.pass(input, config, () => inner.invoke(input, config));
  return Object.create(inner, { invoke: { value: invoke, configurable: true, writable: true } });
}
