import canonicalize from 'canonicalize';
import { LRUCache } from 'lru-cache';
import { isEqual, isRecord } from './json.ts';
import { toolName } from './prompt-parts.ts';

/** When tools are put in order: always; from the first time that an agent's were seen to change without reason; never. */
export type ToolOrder = 'by-name' | 'once-changed' | 'untouched';

const agentsKept = 1_000;
const toolsKept = 4_000;

/**
 * One order of tools and one text of each schema, whatever order an app lists them in: by name, keys in the order of
 * RFC 8785. The order does not depend on what came before, so that every process sends the same.
 */
export class StableTools {
  readonly #order: ToolOrder;
  readonly #last = new LRUCache<string, readonly unknown[]>({ max: agentsKept });
  readonly #unsteady = new LRUCache<string, true>({ max: agentsKept });
  readonly #canonical = new LRUCache<string, object>({ max: toolsKept });

  constructor(order: ToolOrder) {
    this.#order = order;
  }

  /** @returns the same list where nothing is to be changed */
  arrange(agent: string, tools: readonly unknown[]): readonly unknown[] {
    if (this.#order === 'untouched' || tools.length === 0) return tools;
    if (this.#order === 'once-changed' && !this.#isUnsteady(agent, tools)) return tools;
    const arranged = atTheEnd(tools.map((tool) => this.#canonicalTool(tool)).toSorted(byName));
    return isEqual(arranged, tools) ? tools : arranged;
  }

  #isUnsteady(agent: string, tools: readonly unknown[]): boolean {
    if (this.#unsteady.get(agent) === true) return true;
    const before = this.#last.get(agent);
    this.#last.set(agent, tools);
    // Nearly always: an app that lists its tools one way is left as it is.
    if (before === undefined || isEqual(before, tools) || !this.#differsInForm(before, tools)) {
      return false;
    }
    this.#unsteady.set(agent, true);
    return true;
  }

  /** Do tools that are in both lists stand in another order, or have another text with the same meaning? */
  #differsInForm(before: readonly unknown[], after: readonly unknown[]): boolean {
    const old = new Map(before.map((tool) => [toolName(tool), tool]));
    const now = new Map(after.map((tool) => [toolName(tool), tool]));
    const order = [...old.keys()].filter((name) => now.has(name));
    if (
      !isEqual(
        order,
        [...now.keys()].filter((name) => old.has(name)),
      )
    )
      return true;
    return order.some((name) => {
      const [was, is] = [old.get(name), now.get(name)];
      return !isEqual(was, is) && isEqual(this.#canonicalTool(was), this.#canonicalTool(is));
    });
  }

  #canonicalTool(tool: unknown): unknown {
    if (!isRecord(tool)) return tool;
    const text = JSON.stringify(tool);
    const known = this.#canonical.get(text);
    if (known !== undefined) return known;
    const made = inCanonicalOrder(tool);
    this.#canonical.set(text, made);
    return made;
  }
}

function inCanonicalOrder(tool: object): object {
  try {
    const made: unknown = JSON.parse(canonicalize(tool) ?? '');
    return isRecord(made) ? made : tool;
  } catch {
    // Lone surrogates and the like have no canonical form; the engine says what is wrong with them.
    return tool;
  }
}

/** Code units: the same in every locale. */
function byName(a: unknown, b: unknown): number {
  const [left, right] = [toolName(a), toolName(b)];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** A breakpoint marks the end of all tools, so it stays at the end. */
function atTheEnd(tools: readonly unknown[]): readonly unknown[] {
  const marked = tools.findLast((tool) => isRecord(tool) && tool['cache_control'] !== undefined);
  if (!isRecord(marked)) return tools;
  return tools.map((tool, at) => {
    if (!isRecord(tool)) return tool;
    const { cache_control: _mark, ...rest } = tool;
    return at === tools.length - 1 ? { ...rest, cache_control: marked['cache_control'] } : rest;
  });
}
