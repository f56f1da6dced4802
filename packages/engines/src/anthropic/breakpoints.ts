import type { Milliseconds, RequestBody } from '@entresol/runtime-core';
import { lifeOf, markOf } from './lives.ts';

type Block = Readonly<Record<string, unknown>>;

/** Blocks that may carry a mark; thinking may not, and an empty text neither. */
const markable = new Set(['text', 'image', 'document', 'search_result', 'tool_use', 'tool_result']);

/** Lives that the app's own marks give; undefined = it has none, and marks are ours to write. */
export interface OwnMarks {
  readonly head: Milliseconds | undefined;
  readonly whole: Milliseconds | undefined;
}

export function ownMarks({
  cache_control,
  tools,
  system,
  messages,
}: RequestBody): OwnMarks | undefined {
  const heads = [...blocksOf(tools), ...blocksOf(system)];
  const inMessages = blocksOf(messages).flatMap(({ content }) => blocksOf(content));
  const all = [...heads, ...inMessages].map(markIn);
  if (cache_control === undefined && all.every((mark) => mark === undefined)) return undefined;
  const head = heads.at(-1);
  const last = inMessages.at(-1);
  return {
    head: head && lifeOf(markIn(head)),
    // The mark of a whole request goes to its last block.
    whole: (last && lifeOf(markIn(last))) ?? lifeOf(cache_control),
  };
}

/**
 * The body with the end of its tools and of its system prompt marked; undefined where it has neither. A breakpoint costs
 * nothing by itself, and the one behind the tools is found by other roles with the same ones.
 */
export function markHead(body: RequestBody, ttlMs: Milliseconds): RequestBody | undefined {
  const { tools, system } = body;
  const markedTools = markLast(tools, ttlMs, () => true);
  const markedSystem = markLast(asBlocks(system), ttlMs, isMarkable);
  if (markedTools === undefined && markedSystem === undefined) return undefined;
  return {
    ...body,
    ...(markedTools && { tools: markedTools }),
    ...(markedSystem && { system: markedSystem }),
  };
}

/** The body with the end of its first `count` messages marked; undefined where no block there can be. */
export function markMessages(
  body: RequestBody,
  count: number,
  ttlMs: Milliseconds,
): RequestBody | undefined {
  const messages = blocksOf(body['messages']);
  const last = messages[count - 1];
  const content = last && markLast(asBlocks(last['content']), ttlMs, isMarkable);
  if (last === undefined || content === undefined) return undefined;
  return { ...body, messages: messages.toSpliced(count - 1, 1, { ...last, content }) };
}

function markLast(
  list: unknown,
  ttlMs: Milliseconds,
  takes: (block: Block) => boolean,
): readonly Block[] | undefined {
  const blocks = blocksOf(list);
  const at = blocks.findLastIndex(takes);
  const block = blocks[at];
  return block && blocks.toSpliced(at, 1, { ...block, cache_control: markOf(ttlMs) });
}

function isMarkable({ type, text }: Block): boolean {
  return typeof type === 'string' && markable.has(type) && (type !== 'text' || text !== '');
}

function asBlocks(content: unknown): unknown {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

function markIn(block: Block): unknown {
  return block['cache_control'] ?? undefined;
}

/** Empty for anything but a list of objects. */
function blocksOf(value: unknown): readonly Block[] {
  return Array.isArray(value) && value.every(isBlock) ? value : [];
}

function isBlock(value: unknown): value is Block {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
