import { isRecord } from './json-record.ts';

type Names = ReadonlyMap<string, string>;

/** A JSON reply with the app's names of tools in place of those on the wire; as it came where it calls none of them. */
export function renameInReply(
  bytes: Uint8Array<ArrayBuffer>,
  names: Names,
): Uint8Array<ArrayBuffer> | string {
  const text = new TextDecoder().decode(bytes);
  return renamed(text, names) ?? bytes;
}

/** The same for a stream of server-sent events. A line that names none of the tools passes as it came. */
export function renameInStream(names: Names): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let rest = '';
  return new TransformStream({
    transform(chunk, controller) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      if (lines.length === 0) return;
      controller.enqueue(
        encoder.encode(`${lines.map((line) => renameLine(line, names)).join('\n')}\n`),
      );
    },
    flush(controller) {
      rest += decoder.decode();
      if (rest !== '') controller.enqueue(encoder.encode(renameLine(rest, names)));
    },
  });
}

const field = 'data:';

function renameLine(line: string, names: Names): string {
  if (!line.startsWith(field)) return line;
  const payload = renamed(line.slice(field.length), names);
  return payload === undefined ? line : `${field} ${payload}`;
}

/** Undefined when there is nothing to rename. */
function renamed(text: string, names: Names): string | undefined {
  // Nearly every event of a stream: no JSON is read for it.
  if (![...names.keys()].some((name) => text.includes(JSON.stringify(name)))) return undefined;
  try {
    let found = false;
    const value: unknown = JSON.parse(text, (_key, each: unknown) => {
      const replacement = renamedCall(each, names);
      found ||= replacement !== undefined;
      return replacement ?? each;
    });
    return found ? JSON.stringify(value) : undefined;
  } catch {
    return undefined;
  }
}

/** `function` of a tool call of chat completions, an item `function_call` of the Responses API, a block `tool_use`. */
function renamedCall(value: unknown, names: Names): object | undefined {
  if (!isRecord(value)) return undefined;
  const inChat = value['function'];
  const { type } = value;
  const holder = type === 'function_call' || type === 'tool_use' ? value : inChat;
  if (!isRecord(holder) || typeof holder['name'] !== 'string') return undefined;
  const name = names.get(holder['name']);
  if (name === undefined) return undefined;
  return holder === value ? { ...value, name } : { ...value, function: { ...holder, name } };
}
