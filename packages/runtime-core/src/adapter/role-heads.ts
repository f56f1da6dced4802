import type { RequestBody } from '../engine-driver.ts';
import type { AgentId } from '../identities.ts';

/** How the role prefix of an agent (system messages and tools) changed from one call to the next. Never any text of it. */
export interface PrefixDrift {
  /** Calls whose role prefix was not that of the call before. */
  readonly changes: number;
  /** Positions of the leading system messages that changed, came or went. */
  readonly messages: readonly number[];
  /** Tools whose schema changed, that came or went. */
  readonly tools: readonly string[];
  /** Changes of the order of the same tools. */
  readonly reorderings: number;
}

/** What every call of an agent begins with, as it was sent. */
interface RoleHead {
  readonly messages: readonly unknown[];
  readonly tools: readonly unknown[];
}

interface Drift {
  changes: number;
  reorderings: number;
  readonly messages: Set<number>;
  readonly tools: Set<string>;
}

/** Compares the role prefix of each call with that of the agent's call before. */
export class RoleHeads {
  readonly #heads = new Map<AgentId, RoleHead>();
  readonly #drifts = new Map<AgentId, Drift>();

  note(agent: AgentId, body: RequestBody): void {
    const head = roleHeadOf(body);
    const before = this.#heads.get(agent);
    this.#heads.set(agent, head);
    if (before !== undefined) this.#compare(agent, before, head);
  }

  #compare(agent: AgentId, before: RoleHead, head: RoleHead): void {
    // Nearly always: this is on the path of every request.
    if (isEqual(before.messages, head.messages) && isEqual(before.tools, head.tools)) return;
    const messages = changedPositions(before.messages, head.messages);
    const tools = changedTools(before.tools, head.tools);
    const isReordered = messages.length === 0 && tools.length === 0;
    const drift = this.#drifts.get(agent) ?? {
      changes: 0,
      reorderings: 0,
      messages: new Set(),
      tools: new Set(),
    };
    this.#drifts.set(agent, drift);
    drift.changes += 1;
    if (isReordered) drift.reorderings += 1;
    for (const position of messages) drift.messages.add(position);
    for (const tool of tools) drift.tools.add(tool);
  }

  report(): Readonly<Record<AgentId, PrefixDrift>> {
    return Object.fromEntries(
      [...this.#drifts].map(([agent, { changes, reorderings, messages, tools }]) => [
        agent,
        {
          changes,
          reorderings,
          messages: [...messages].toSorted((a, b) => a - b),
          tools: [...tools].toSorted(),
        },
      ]),
    );
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Chat and Responses form; the latter may have its system prompt in `instructions`. */
function roleHeadOf({ messages, input, instructions, tools }: RequestBody): RoleHead {
  const list: readonly unknown[] = Array.isArray(messages)
    ? messages
    : Array.isArray(input)
      ? input
      : [];
  const heads: unknown[] = instructions === undefined ? [] : [instructions];
  for (const message of list) {
    const role = isObject(message) ? message['role'] : undefined;
    if (role !== 'system' && role !== 'developer') break;
    heads.push(message);
  }
  return { messages: heads, tools: Array.isArray(tools) ? tools : [] };
}

/** Equality of parsed JSON. Strings of equal length are compared by the engine at memory speed; nothing is allocated per text. */
function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((one, at) => isEqual(one, b[at]));
  }
  if (!isObject(a) || !isObject(b) || Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key], b[key]));
}

function nameOf(tool: unknown): string {
  if (!isObject(tool)) return 'tool';
  const { name, type } = isObject(tool['function']) ? tool['function'] : tool;
  return typeof name === 'string' ? name : typeof type === 'string' ? type : 'tool';
}

function changedPositions(before: readonly unknown[], after: readonly unknown[]): number[] {
  const length = Math.max(before.length, after.length);
  return Array.from({ length }, (_, at) => at).filter((at) => !isEqual(before[at], after[at]));
}

function byName(tools: readonly unknown[]): ReadonlyMap<string, unknown> {
  return new Map(tools.map((tool) => [nameOf(tool), tool]));
}

function changedTools(before: readonly unknown[], after: readonly unknown[]): string[] {
  const old = byName(before);
  const now = byName(after);
  const names = new Set([...old.keys(), ...now.keys()]);
  return [...names].filter((name) => !isEqual(old.get(name), now.get(name)));
}
