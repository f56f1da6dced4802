import { RunHandler } from '../../src/run-handler.ts';

const uuid = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/gu;
/** LangGraph's ids of interrupts and cached tasks are hashes of such ids. */
const hash = /\b[\da-f]{32}\b/gu;
/** A node's timeout says how long it really took. */
const elapsed = /elapsed: \d+ms/gu;
const timestamp = /\d{4}-\d{2}-\d{2}T[\d:.]+Z/gu;

const handlerLists = new Set(['callbacks', 'handlers', 'inheritableHandlers']);

/**
 * `debug` chunks hold the config of the run: there the adapter's handler can be seen, and LangChain takes the name of a
 * nested run out of a config when it puts handlers in. That is the one difference that is declared, so it alone is taken
 * out here, with the list or manager that is there for the handler's sake only.
 */
function withoutOwnHandler(key: string, value: unknown): unknown {
  if (!handlerLists.has(key)) return value;
  if (Array.isArray(value)) {
    const others = value.filter((handler) => !(handler instanceof RunHandler));
    return others.length === 0 && value.length > 0 ? undefined : others;
  }
  const handlers: unknown =
    typeof value === 'object' && value !== null && 'handlers' in value ? value.handlers : [];
  const isOwn = Array.isArray(handlers) && handlers.some((one) => one instanceof RunHandler);
  return isOwn && withoutOwnHandler('handlers', handlers) === undefined ? undefined : value;
}

/** JSON as of now, with errors, which JSON leaves out, and without the live stream that a config of LangGraph holds. */
export function jsonOf(value: unknown): string {
  const around: object[] = [];
  return (
    JSON.stringify(value, function plain(this: object, key, given: unknown) {
      const inner = withoutOwnHandler(key, given);
      if (inner instanceof Error) return describeError(inner);
      if (key === 'timestamp') return 'time';
      if (key === '__pregel_stream') return undefined;
      if (key === 'run_name' && 'configurable' in this) return undefined;
      if (typeof inner === 'bigint') return String(inner);
      if (inner instanceof Map) return { map: [...inner] };
      if (inner instanceof Set) return { set: [...inner] };
      while (around.length > 0 && around.at(-1) !== this) around.pop();
      if (typeof inner === 'object' && inner !== null) {
        if (around.includes(inner)) return 'around';
        around.push(inner);
      }
      return inner;
    }) ?? 'undefined'
  );
}

/** What an app can tell one error from another by. */
export function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { thrown: error };
  const { name, message } = error;
  const inner: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  return { class: error.constructor.name, name, message, inner: inner.map(describeError) };
}

/** Names the ids of one run by when they first occur, so that two runs can be compared; times are left out. */
export class RunIdentities {
  readonly #names: Map<string, string>;

  constructor(names: ReadonlyMap<string, string> = new Map()) {
    this.#names = new Map(names);
  }

  /** Names what is known here alike, and gives new names to nobody else. */
  aside(): RunIdentities {
    return new RunIdentities(this.#names);
  }

  /** The text with its ids renamed. */
  in(json: string): string {
    const name = (id: string): string => {
      const known = this.#names.get(id) ?? `id-${this.#names.size}`;
      this.#names.set(id, known);
      return known;
    };
    return json
      .replaceAll(timestamp, 'time')
      .replaceAll(elapsed, 'elapsed')
      .replaceAll(uuid, name)
      .replaceAll(hash, name);
  }
}
