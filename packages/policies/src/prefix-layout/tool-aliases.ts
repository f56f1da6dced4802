import type { RequestBody, RequestLayout } from '@entresol/runtime-core';
import { isRecord } from './json.ts';
import type { JsonRecord } from './json.ts';
import { toolName } from './prompt-parts.ts';

/** @returns the name on the wire */
export type NameTool = (name: string) => string;

/**
 * Gives tools another name on the wire, in schemas, in the choice of a tool and in the calls of earlier messages.
 * Where two tools of a request would get one name, both keep theirs.
 */
export function renameTools(body: RequestBody, nameTool: NameTool): RequestLayout {
  const tools: readonly unknown[] = Array.isArray(body['tools']) ? body['tools'] : [];
  const own = new Set(tools.map(toolName));
  const byWireName = Map.groupBy(own, nameTool);
  const toolNames = new Map<string, string>();
  for (const [wire, [name, another]] of byWireName) {
    const isFree = another === undefined && (wire === name || !own.has(wire));
    if (isFree && name !== undefined && wire !== name) toolNames.set(wire, name);
  }
  // Calls in earlier messages may name tools that this request does not have.
  const onWire = (name: string): string => {
    const wire = nameTool(name);
    return own.has(name) && toolNames.get(wire) !== name ? name : wire;
  };
  return { body: renamedBody(body, onWire), toolNames };
}

function renamedBody(body: RequestBody, onWire: NameTool): RequestBody {
  const changes: Record<string, unknown> = {};
  for (const key of ['tools', 'messages', 'input', 'tool_choice']) {
    const renamed = renamedDeep(body[key], onWire, 0);
    if (renamed !== body[key]) changes[key] = renamed;
  }
  return Object.keys(changes).length === 0 ? body : { ...body, ...changes };
}

/** Tools and calls lie at most this deep: `messages[].tool_calls[].function`, `messages[].content[]`. */
const deepest = 4;

/** The same value where nothing in it is renamed. */
function renamedDeep(value: unknown, onWire: NameTool, depth: number): unknown {
  if (depth > deepest) return value;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    const renamed = items.map((item) => renamedDeep(item, onWire, depth + 1));
    return renamed.every((item, at) => item === items[at]) ? value : renamed;
  }
  if (!isRecord(value)) return value;
  const named = renamedNamed(value, onWire);
  let renamed = named;
  for (const key of ['tool_calls', 'content']) {
    const calls = named[key];
    const changed = Array.isArray(calls) ? renamedDeep(calls, onWire, depth + 1) : calls;
    if (changed !== calls) renamed = { ...renamed, [key]: changed };
  }
  return renamed;
}

/** Objects of the Responses API and of Anthropic's that name a tool: itself, the choice of it, a call. */
const namedTypes: ReadonlySet<string> = new Set(['function', 'function_call', 'tool', 'tool_use']);

function renamedNamed(value: JsonRecord, onWire: NameTool): JsonRecord {
  const { type, role, name } = value;
  const inner = value['function'];
  if (isRecord(inner) && typeof inner['name'] === 'string') {
    const wire = onWire(inner['name']);
    return wire === inner['name'] ? value : { ...value, function: { ...inner, name: wire } };
  }
  const isNamed =
    (typeof type === 'string' && namedTypes.has(type)) ||
    role === 'tool' ||
    value['input_schema'] !== undefined;
  if (!isNamed || typeof name !== 'string') return value;
  const wire = onWire(name);
  return wire === name ? value : { ...value, name: wire };
}
