import type { AgentId, RequestBody } from '@entresol/runtime-core';
import type { PrefixDrift } from './attachment-report.ts';

/** What every call of an agent begins with, as it was sent. */
interface RoleHead {
  readonly messages: readonly string[];
  /** Name and whole schema of each tool, in order. */
  readonly tools: readonly (readonly [name: string, schema: string])[];
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
    const messages = changedPositions(before.messages, head.messages);
    const tools = changedTools(before.tools, head.tools);
    const names = (of: RoleHead): string => JSON.stringify(of.tools.map(([name]) => name));
    const isReordered = tools.length === 0 && names(before) !== names(head);
    if (messages.length === 0 && tools.length === 0 && !isReordered) return;
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
  return {
    messages: heads.map((head) => JSON.stringify(head)),
    tools: (Array.isArray(tools) ? tools : []).map((tool) => [nameOf(tool), JSON.stringify(tool)]),
  };
}

function nameOf(tool: unknown): string {
  if (!isObject(tool)) return 'tool';
  const { name, type } = isObject(tool['function']) ? tool['function'] : tool;
  return typeof name === 'string' ? name : typeof type === 'string' ? type : 'tool';
}

function changedPositions(before: readonly string[], after: readonly string[]): readonly number[] {
  const length = Math.max(before.length, after.length);
  return Array.from({ length }, (_, at) => at).filter((at) => before[at] !== after[at]);
}

function changedTools(before: RoleHead['tools'], after: RoleHead['tools']): readonly string[] {
  const old = new Map(before);
  const now = new Map(after);
  const names = new Set([...old.keys(), ...now.keys()]);
  return [...names].filter((name) => old.get(name) !== now.get(name));
}
