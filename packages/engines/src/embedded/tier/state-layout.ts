/** One tensor of one layer: `rows` keeps the cells one behind the other, `columns` keeps one value of all cells at a time. */
interface Tensor {
  readonly order: 'rows' | 'columns';
  /** What stands before the cells: type and sizes. */
  readonly head: Buffer;
  /** Bytes of one cell in a row, or of one value in a column. */
  readonly unit: number;
  /** 1 for rows. */
  readonly columns: number;
  readonly at: number;
}

/** Where things are in a saved sequence state. */
export interface StateLayout {
  readonly bytes: Buffer;
  readonly tokens: number;
  /** KV streams of the context; a sequence lies in one of them. */
  readonly streams: number;
  readonly stream: number;
  /** Position of each cell in the sequence; cells are in no particular order. */
  readonly positions: Int32Array;
  readonly cellsAt: number;
  /** From the cells to the first tensor: whether values are transposed, and how many layers there are. */
  readonly shape: Buffer;
  readonly tensors: readonly Tensor[];
}

/** `ggsq`, version 3: what llama.cpp writes before a sequence state (`LLAMA_STATE_SEQ_MAGIC`, `llama_kv_cache::state_write`). */
const magic = 0x67677371;
const version = 3;
const tokensAt = 12;
/** Position, the number 1, and the sequence: what is said of a cell that belongs to one sequence. */
const cellBytes = 12;

/** Reads on from a place; throws a RangeError past the end, as Buffer does. */
class Cursor {
  readonly #bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  uint32(): number {
    const value = this.#bytes.readUInt32LE(this.at);
    this.at += 4;
    return value;
  }

  uint64(): number {
    const value = Number(this.#bytes.readBigUInt64LE(this.at));
    this.at += 8;
    return value;
  }

  since(from: number): Buffer {
    return this.#bytes.subarray(from, this.at);
  }
}

/**
 * Finds the cells in a saved sequence state. Undefined for everything that is not, to the last byte, a plain KV cache in
 * the version that this was written for: sliding windows, recurrent models and other releases have more in their files.
 */
export function readStateLayout(bytes: Buffer): StateLayout | undefined {
  try {
    return parse(bytes);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function parse(bytes: Buffer): StateLayout | undefined {
  const cursor = new Cursor(bytes, 0);
  if (cursor.uint32() !== magic || cursor.uint32() !== version) return undefined;
  const tokens = cursor.uint32();
  cursor.at += 4 * tokens;
  const streams = cursor.uint32();
  let found: Omit<StateLayout, 'bytes' | 'tokens' | 'streams'> | undefined;
  for (let stream = 0; stream < streams; stream++) {
    const cells = cursor.uint32();
    if (cells === 0) continue;
    if (found !== undefined || cells !== tokens) return undefined;
    found = parseStream(bytes, cursor, stream, cells);
    if (found === undefined) return undefined;
  }
  return found !== undefined && cursor.at === bytes.length
    ? { bytes, tokens, streams, ...found }
    : undefined;
}

function parseStream(
  bytes: Buffer,
  cursor: Cursor,
  stream: number,
  cells: number,
): Omit<StateLayout, 'bytes' | 'tokens' | 'streams'> | undefined {
  const cellsAt = cursor.at;
  const positions = new Int32Array(cells);
  for (let cell = 0; cell < cells; cell++) {
    positions[cell] = bytes.readInt32LE(cellsAt + cell * cellBytes);
    if (bytes.readUInt32LE(cellsAt + cell * cellBytes + 4) !== 1) return undefined;
  }
  cursor.at += cells * cellBytes;
  const shapeAt = cursor.at;
  const transposed = cursor.uint32() === 1;
  const layers = cursor.uint32();
  const shape = cursor.since(shapeAt);
  const tensors: Tensor[] = [];
  for (let tensor = 0; tensor < 2 * layers; tensor++) {
    const headAt = cursor.at;
    cursor.uint32();
    const order = transposed && tensor >= layers ? 'columns' : 'rows';
    const unit = order === 'columns' ? cursor.uint32() : cursor.uint64();
    const columns = order === 'columns' ? cursor.uint32() : 1;
    const head = cursor.since(headAt);
    tensors.push({ order, head, unit, columns, at: cursor.at });
    cursor.at += cells * unit * columns;
    if (cursor.at > bytes.length) return undefined;
  }
  return { stream, positions, cellsAt, shape, tensors };
}

/** Neighbouring cells: the first one and how many. */
type Run = readonly [first: number, count: number];

/** Some cells of a state. */
interface Part {
  readonly layout: StateLayout;
  readonly runs: readonly Run[];
  readonly count: number;
}

/** The state without its first `from` positions, in the same format; no engine can load it by itself. */
export function tailOf(whole: StateLayout, from: number): Buffer {
  return write(whole, [partOf(whole, from)]);
}

/** Puts a tail behind the state of the positions before it. Undefined when the two are not of one model. */
export function joinStates(head: StateLayout, tail: StateLayout): Buffer | undefined {
  const fits =
    head.shape.equals(tail.shape) &&
    head.tensors.length === tail.tensors.length &&
    head.tensors.every(({ head: kind }, at) => tail.tensors[at]?.head.equals(kind) === true);
  return fits ? write(tail, [partOf(head, 0), partOf(tail, 0)]) : undefined;
}

/** Cells at `from` and behind; side by side in nearly every state. */
function partOf(layout: StateLayout, from: number): Part {
  const runs: [number, number][] = [];
  let count = 0;
  layout.positions.forEach((position, cell) => {
    if (position < from) return;
    count += 1;
    const last = runs.at(-1);
    if (last !== undefined && last[0] + last[1] === cell) last[1] += 1;
    else runs.push([cell, 1]);
  });
  return { layout, runs, count };
}

/** One state with the cells of all parts, in the parts' order. */
function write(like: StateLayout, parts: readonly Part[]): Buffer {
  const pieces: Buffer[] = [];
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const gather = (begin: (layout: StateLayout) => number, unit: number): void => {
    for (const { layout, runs } of parts) {
      const at = begin(layout);
      for (const [first, length] of runs) {
        pieces.push(layout.bytes.subarray(at + first * unit, at + (first + length) * unit));
      }
    }
  };
  pieces.push(words(magic, version, count));
  // Tokens stand in the order of positions, and a part is always the end of its state.
  for (const { layout, count: own } of parts) {
    const end = tokensAt + 4 * layout.tokens;
    pieces.push(layout.bytes.subarray(end - 4 * own, end));
  }
  pieces.push(words(like.streams));
  for (let stream = 0; stream < like.streams; stream++) {
    pieces.push(words(stream === like.stream ? count : 0));
    if (stream !== like.stream) continue;
    gather(({ cellsAt }) => cellsAt, cellBytes);
    pieces.push(like.shape);
    for (const [index, { head, unit, columns }] of like.tensors.entries()) {
      pieces.push(head);
      for (let column = 0; column < columns; column++) {
        gather(({ tensors, positions }) => {
          const at = tensors[index]?.at ?? 0;
          return at + column * unit * positions.length;
        }, unit);
      }
    }
  }
  return Buffer.concat(pieces);
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, at) => bytes.writeUInt32LE(value, 4 * at));
  return bytes;
}
