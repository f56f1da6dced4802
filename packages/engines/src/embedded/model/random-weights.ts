import { type TensorShape, tensorType, valuesOf } from './gguf-writer.ts';
import { isVisible, type Vocabulary } from './vocabulary.ts';

/** Sizes of a Llama. */
export interface ModelShape {
  readonly contextLength: number;
  readonly dimension: number;
  readonly layers: number;
  readonly feedForward: number;
  readonly heads: number;
  readonly keyValueHeads: number;
}

/** `small`: 3 million parameters, 6 MB, for a CPU. `1b`: the layers of Llama 3.2 1B, 2 GB, for a GPU. */
export type RandomModelSize = 'small' | '1b';

export const modelShapes: Readonly<Record<RandomModelSize, ModelShape>> = {
  small: {
    contextLength: 32_768,
    dimension: 192,
    layers: 4,
    feedForward: 512,
    heads: 6,
    keyValueHeads: 2,
  },
  '1b': {
    contextLength: 131_072,
    dimension: 2_048,
    layers: 16,
    feedForward: 8_192,
    heads: 32,
    keyValueHeads: 8,
  },
};

/**
 * The first dimension of the residual stream carries this constant from the embedding to the output, untouched by the
 * layers, so that the output matrix can hold a bias: llama.cpp has none for this architecture.
 */
const carriedConstant = 0.25;

/** Times the carried constant after the last norm (0.01 to 1): a logit so low that no temperature brings it back. */
const hiddenWeight = -16_384;

const embedding = 'token_embd.weight';
const output = 'output.weight';

const norm = (name: string, dimension: number): TensorShape => ({
  name: `${name}.weight`,
  dimensions: [dimension],
  type: tensorType.f32,
});

const matrix = (name: string, rowLength: number, rows: number): TensorShape => ({
  name: `${name}.weight`,
  dimensions: [rowLength, rows],
  type: tensorType.f16,
});

/** Tensors in the order of the file. */
export function randomTensors(shape: ModelShape, vocabularySize: number): readonly TensorShape[] {
  const { dimension, feedForward, heads, keyValueHeads, layers } = shape;
  const keyValues = (dimension / heads) * keyValueHeads;
  const tensors: TensorShape[] = [matrix('token_embd', dimension, vocabularySize)];
  for (let layer = 0; layer < layers; layer += 1) {
    const block = `blk.${layer}`;
    tensors.push(
      norm(`${block}.attn_norm`, dimension),
      matrix(`${block}.attn_q`, dimension, dimension),
      matrix(`${block}.attn_k`, dimension, keyValues),
      matrix(`${block}.attn_v`, dimension, keyValues),
      matrix(`${block}.attn_output`, dimension, dimension),
      norm(`${block}.ffn_norm`, dimension),
      matrix(`${block}.ffn_gate`, dimension, feedForward),
      matrix(`${block}.ffn_up`, dimension, feedForward),
      matrix(`${block}.ffn_down`, feedForward, dimension),
    );
  }
  tensors.push(norm('output_norm', dimension), matrix('output', dimension, vocabularySize));
  return tensors;
}

/**
 * Values of one tensor as stored: norms of 1; matrices uniform with variance 1 / row length (LeCun 1998), so that
 * activations stay of order 1 through the layers. Output rows of tokens that a reader could not see, and of those that
 * end a text, get a logit that is never chosen.
 */
export function tensorValues(
  tensor: TensorShape,
  vocabulary: Vocabulary,
  random: () => number,
): Uint8Array {
  const count = valuesOf(tensor);
  if (tensor.type === tensorType.f32) {
    return new Uint8Array(new Float32Array(count).fill(1).buffer);
  }
  const rowLength = tensor.dimensions[0] ?? count;
  const scale = Math.sqrt(3 / rowLength);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i += 1) {
    values[i] = (random() * 2 - 1) * scale;
  }
  if (tensor.name === embedding) {
    for (let start = 0; start < count; start += rowLength) {
      values[start] = carriedConstant;
    }
  } else if (tensor.name === output) {
    vocabulary.tokens.forEach((token, id) => {
      const start = id * rowLength;
      if (!isVisible(token)) {
        values.fill(0, start, start + rowLength);
      }
      values[start] = isVisible(token) ? 0 : hiddenWeight;
    });
  } else if (writesResidual(tensor.name)) {
    values.fill(0, 0, rowLength);
  }
  return new Uint8Array(toHalf(values).buffer);
}

const writesResidual = (name: string): boolean =>
  name.endsWith('.attn_output.weight') || name.endsWith('.ffn_down.weight');

/** IEEE 754 binary16 of each value, cut towards zero; values too small for a normal number become 0. */
function toHalf(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < halves.length; i += 1) {
    const single = bits[i] ?? 0;
    const exponent = ((single >>> 23) & 0xff) - 127 + 15;
    if (exponent > 0) {
      halves[i] = ((single >>> 16) & 0x8000) | (exponent << 10) | ((single >>> 13) & 0x3ff);
    }
  }
  return halves;
}

/** Mulberry32 (Tommy Ettinger, public domain): 32-bit integer arithmetic, so the same on every machine. */
export function seededWeights(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
