/**
 * Token counts of one call, normalised once for all engines. `input` includes `cacheRead`. A figure that the engine did
 * not give is undefined, never 0.
 */
export interface Usage {
  readonly input: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly output: number;
  readonly reasoning?: number;
}
