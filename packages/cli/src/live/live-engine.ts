import type { ManagedServerTarget, ServerTarget } from '../arm/arm-messages.ts';

/** An engine that can be started again and again, fresh each time. */
export interface LiveEngine {
  readonly version: string;
  readonly conformanceTest: string;
  /** Runs `use` with a server of its own, as its users start it (`plain`) or as the driver wants it (`managed`). */
  withServer<T>(
    how: 'plain' | 'managed',
    use: (server: LiveServer) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T>;
}

export interface LiveServer {
  readonly target: ServerTarget | ManagedServerTarget;
  /** What the conformance test is told. */
  readonly environment: Readonly<Record<string, string>>;
}
