/** `quick`: fewer seeds and smaller loads, to see that everything runs; its figures are not for publication. */
export type BenchSize = 'full' | 'quick';
