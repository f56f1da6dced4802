import { Matrix, inverse } from 'ml-matrix';

/**
 * Discounted first-passage probabilities between all pairs of agents from one inverse: with Q = discount × transitions
 * among agents and G = (I - Q)^-1, F(i -> a) = G_ia / G_aa for i ≠ a and F(a -> a) = 1 - 1 / G_aa (Kemeny & Snell 1960,
 * Finite Markov Chains, 3.5.7). F is E[discount^k; first call of a is the k-th step].
 * @param transitions - n rows of n probabilities; what a row lacks to 1 is absorbed (END)
 * @param discount - per step, in (0, 1)
 * @returns row-major n × n, each in [0, 1]
 * @throws {RangeError} when the discount is outside (0, 1)
 */
export function discountedFirstPassage(
  transitions: readonly (readonly number[])[],
  discount: number,
): Float64Array {
  if (!(discount > 0 && discount < 1)) {
    throw new RangeError(`the discount per step must be in (0, 1), got ${discount}`);
  }
  const n = transitions.length;
  const passage = new Float64Array(n * n);
  if (n === 0) return passage;
  const remaining = Matrix.eye(n).sub(new Matrix(transitions.map((row) => [...row])).mul(discount));
  const green = inverse(remaining);
  for (let i = 0; i < n; i++) {
    for (let a = 0; a < n; a++) {
      const visits = green.get(a, a);
      const first = i === a ? 1 - 1 / visits : green.get(i, a) / visits;
      passage[i * n + a] = Math.max(0, Math.min(1, first));
    }
  }
  return passage;
}
