import { EngineError } from '@entresol/runtime-core';

/** What a driver says before `open` and after `close`. */
export function driverClosed(engine: string): EngineError {
  return new EngineError(`${engine}: the driver is not open`, {
    code: 'closed',
    engine,
    status: 503,
  });
}
