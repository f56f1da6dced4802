/** Value types of GGUF metadata, as numbered in the format's specification (ggml/docs/gguf.md). */
const valueType = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9 } as const;

/** Tensor types that the random model uses, as numbered by ggml. */
export const tensorType = { f32: 0, f16: 1 } as const;

/** Tensors begin at multiples of this many bytes: the default of the format. */
const tensorAlignment = 32;

export interface TensorShape {
  readonly name: string;
  /** Innermost first: a row of `dimensions[0]` values lies contiguous. */
  readonly dimensions: readonly number[];
  readonly type: (typeof tensorType)[keyof typeof tensorType];
}

export const valuesOf = (tensor: TensorShape): number =>
  tensor.dimensions.reduce((product, length) => product * length, 1);

/** Bytes of a tensor's values, without padding. */
const bytesOf = (tensor: TensorShape): number =>
  valuesOf(tensor) * (tensor.type === tensorType.f16 ? 2 : 4);

export const aligned = (bytes: number): number =>
  Math.ceil(bytes / tensorAlignment) * tensorAlignment;

/** Collects the metadata of a GGUF v3 file and encodes its header. */
export class GgufHeaderWriter {
  readonly #entries: Buffer[] = [];

  uint32(key: string, value: number): void {
    this.#add(key, valueType.uint32, uint32(value));
  }

  float32(key: string, value: number): void {
    this.#add(key, valueType.float32, float32(value));
  }

  bool(key: string, value: boolean): void {
    this.#add(key, valueType.bool, Buffer.from([value ? 1 : 0]));
  }

  string(key: string, value: string): void {
    this.#add(key, valueType.string, string(value));
  }

  strings(key: string, values: readonly string[]): void {
    this.#addArray(key, valueType.string, values.map(string));
  }

  int32s(key: string, values: readonly number[]): void {
    this.#addArray(key, valueType.int32, values.map(int32));
  }

  float32s(key: string, values: readonly number[]): void {
    this.#addArray(key, valueType.float32, values.map(float32));
  }

  /** Header with the tensors at the offsets that writing them in this order, each padded, gives. */
  encode(tensors: readonly TensorShape[]): Buffer {
    let offset = 0;
    const shapes: Buffer[] = [];
    for (const tensor of tensors) {
      shapes.push(
        string(tensor.name),
        uint32(tensor.dimensions.length),
        ...tensor.dimensions.map(uint64),
        uint32(tensor.type),
        uint64(offset),
      );
      offset += aligned(bytesOf(tensor));
    }
    const header = Buffer.concat([
      Buffer.from('GGUF'),
      uint32(3),
      uint64(tensors.length),
      uint64(this.#entries.length),
      ...this.#entries,
      ...shapes,
    ]);
    return Buffer.concat([header, Buffer.alloc(aligned(header.length) - header.length)]);
  }

  #add(key: string, type: number, value: Buffer): void {
    this.#entries.push(Buffer.concat([string(key), uint32(type), value]));
  }

  #addArray(key: string, type: number, values: readonly Buffer[]): void {
    const array = [uint32(type), uint64(values.length), ...values];
    this.#add(key, valueType.array, Buffer.concat(array));
  }
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32LE(value);
  return buffer;
}

function float32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeFloatLE(value);
  return buffer;
}

function uint64(value: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(value));
  return buffer;
}

function string(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint64(bytes.length), bytes]);
}
