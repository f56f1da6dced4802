import { type FileHandle, open } from 'node:fs/promises';

/** Where a GGUF file says that its contents lie. */
export interface GgufLayout {
  readonly version: number;
  readonly tensorCount: number;
  /** Length in bytes of the header, padding included: tensor offsets count from here. */
  readonly dataStart: number;
  /** Bytes that the file must have at least: the end of the last tensor. */
  readonly neededBytes: number;
  /** Metadata values that are text, by key. */
  readonly texts: ReadonlyMap<string, string>;
}

/** The file is not a GGUF file that we can read, or breaks off inside its header; the message says what was found. */
export class GgufFormatError extends Error {
  override readonly name = 'GgufFormatError';
}

/** Thrown inside: the bytes read so far end too early. */
class NeedsMoreBytes extends Error {}

/** First read. Vocabularies of deployed models make headers of 2 to 12 MB; each further read is four times longer. */
const firstReadBytes = 4 * 2 ** 20;

/**
 * Reads the layout from the header (ggml/docs/gguf.md, versions 2 and 3).
 * @throws {GgufFormatError} when the file is no GGUF file or ends inside its header
 */
export async function readGgufLayout(path: string): Promise<GgufLayout> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    for (let length = firstReadBytes; ; length *= 4) {
      const bytes = await readHead(file, Math.min(length, size));
      try {
        return parseLayout(new Cursor(bytes, size));
      } catch (error) {
        if (!(error instanceof NeedsMoreBytes)) {
          throw error;
        }
        if (length >= size) {
          throw new GgufFormatError(`its ${size} bytes end inside the header`);
        }
      }
    }
  } finally {
    await file.close();
  }
}

async function readHead(file: FileHandle, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, filled);
    if (bytesRead === 0) {
      break;
    }
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** Reads little-endian values one after the other. */
class Cursor {
  position = 0;
  readonly #bytes: Buffer;
  readonly #fileSize: number;

  constructor(bytes: Buffer, fileSize: number) {
    this.#bytes = bytes;
    this.#fileSize = fileSize;
  }

  skip(length: number): number {
    const start = this.position;
    if (start + length > this.#bytes.length) {
      throw new NeedsMoreBytes();
    }
    this.position = start + length;
    return start;
  }

  uint32(): number {
    return this.#bytes.readUInt32LE(this.skip(4));
  }

  uint64(): number {
    return Number(this.#bytes.readBigUInt64LE(this.skip(8)));
  }

  /** A number of things that each take at least one byte: more than the file has is damage, not a reason to read on. */
  count(what: string): number {
    const count = this.uint64();
    if (count > this.#fileSize) {
      throw new GgufFormatError(`it claims ${count} ${what} in ${this.#fileSize} bytes`);
    }
    return count;
  }

  text(): string {
    const length = this.count('bytes of text');
    const start = this.skip(length);
    return this.#bytes.toString('utf8', start, start + length);
  }
}

const stringType = 8;
const arrayType = 9;
const bytesOfValueType: readonly number[] = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];

function parseLayout(cursor: Cursor): GgufLayout {
  const magic = cursor.uint32();
  // 'GGUF' read as a little-endian number.
  if (magic !== 0x46_55_47_47) {
    throw new GgufFormatError(`it does not begin with "GGUF" but with 0x${magic.toString(16)}`);
  }
  const version = cursor.uint32();
  if (version !== 2 && version !== 3) {
    throw new GgufFormatError(`its GGUF version is ${version}, not 2 or 3`);
  }
  const tensorCount = cursor.count('tensors');
  const entryCount = cursor.count('metadata entries');
  const texts = new Map<string, string>();
  let alignment = 32;
  for (let i = 0; i < entryCount; i += 1) {
    const key = cursor.text();
    const type = cursor.uint32();
    if (type === stringType) {
      texts.set(key, cursor.text());
    } else if (key === 'general.alignment') {
      alignment = cursor.uint32() || alignment;
    } else {
      skipValue(cursor, type, key);
    }
  }
  let dataBytes = 0;
  for (let i = 0; i < tensorCount; i += 1) {
    dataBytes = Math.max(dataBytes, tensorEnd(cursor));
  }
  const dataStart = Math.ceil(cursor.position / alignment) * alignment;
  return { version, tensorCount, dataStart, neededBytes: dataStart + dataBytes, texts };
}

function skipValue(cursor: Cursor, type: number, key: string): void {
  if (type === stringType) {
    cursor.skip(cursor.count('bytes of text'));
    return;
  }
  if (type !== arrayType) {
    cursor.skip(bytesOf(type, key));
    return;
  }
  const elementType = cursor.uint32();
  const count = cursor.count('array elements');
  if (elementType === stringType || elementType === arrayType) {
    for (let i = 0; i < count; i += 1) {
      skipValue(cursor, elementType, key);
    }
  } else {
    cursor.skip(count * bytesOf(elementType, key));
  }
}

function bytesOf(type: number, key: string): number {
  const bytes = bytesOfValueType[type];
  if (!bytes) {
    throw new GgufFormatError(`metadata "${key}" has the unknown type ${type}`);
  }
  return bytes;
}

/** Most dimensions that ggml allows (GGML_MAX_DIMS). */
const maxDimensions = 4;

/** End of the next tensor in bytes from the start of the tensor data. */
function tensorEnd(cursor: Cursor): number {
  const name = cursor.text();
  const dimensions = cursor.uint32();
  if (dimensions > maxDimensions) {
    throw new GgufFormatError(`tensor "${name}" has ${dimensions} dimensions`);
  }
  let values = 1;
  for (let i = 0; i < dimensions; i += 1) {
    values *= cursor.uint64();
  }
  const type = cursor.uint32();
  const offset = cursor.uint64();
  const block = blocksOfTensorType[type];
  // A type newer than this table still has its offset: the file must reach at least there.
  return offset + (block === undefined ? 0 : (values / block[0]) * block[1]);
}

/** Values per block and bytes per block of ggml's tensor types (`type_traits` in ggml.c, b6000 and later). */
const blocksOfTensorType: Readonly<Record<number, readonly [values: number, bytes: number]>> = {
  0: [1, 4],
  1: [1, 2],
  2: [32, 18],
  3: [32, 20],
  6: [32, 22],
  7: [32, 24],
  8: [32, 34],
  9: [32, 36],
  10: [256, 84],
  11: [256, 110],
  12: [256, 144],
  13: [256, 176],
  14: [256, 210],
  15: [256, 292],
  16: [256, 66],
  17: [256, 74],
  18: [256, 98],
  19: [256, 50],
  20: [32, 18],
  21: [256, 110],
  22: [256, 82],
  23: [256, 136],
  24: [1, 1],
  25: [1, 2],
  26: [1, 4],
  27: [1, 8],
  28: [1, 8],
  29: [256, 56],
  30: [1, 2],
  34: [256, 54],
  35: [256, 66],
  39: [32, 17],
};
