/** How good the forecasts of the next step were. */
export interface Calibration {
  /** Share in [0, 1] of forecasts whose likeliest symbol came; 0 when none is resolved. */
  readonly top1: number;
  /** Mean multi-class Brier score (Brier 1950): sum of squared errors over symbols, in [0, 2], smaller is better. */
  readonly brier: number;
  readonly resolved: number;
}

/** Resolves forecasts against what happened. */
export class CalibrationTally {
  #hits = 0;
  #squaredErrors = 0;
  #resolved = 0;

  resolve(forecast: Float64Array, symbol: number): void {
    let best = 0;
    let error = 0;
    for (let x = 0; x < forecast.length; x++) {
      const probability = forecast[x] ?? 0;
      if (probability > (forecast[best] ?? 0)) best = x;
      error += (probability - (x === symbol ? 1 : 0)) ** 2;
    }
    // An agent first seen after the forecast had probability 0 in it.
    if (symbol >= forecast.length) error += 1;
    this.#hits += best === symbol ? 1 : 0;
    this.#squaredErrors += error;
    this.#resolved++;
  }

  report(): Calibration {
    const resolved = this.#resolved;
    if (resolved === 0) return { top1: 0, brier: 0, resolved };
    return { top1: this.#hits / resolved, brier: this.#squaredErrors / resolved, resolved };
  }
}
