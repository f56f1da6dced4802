import { createChatModel } from '@entresol/example-load';
import type { SessionsRun } from '@entresol/example-load';
import { createSupportDesk, planSessions, runDesk, scriptedDirector } from '../src/index.ts';
import type { DeskSession, Director, SupportDesk } from '../src/index.ts';
import { RecordingEngine } from './recording-engine.ts';
import type { Answer, RecordedCall } from './recording-engine.ts';

export interface DeskTrial {
  readonly engine: RecordingEngine;
  readonly sessions: readonly DeskSession[];
  readonly app: SupportDesk;
  readonly run: SessionsRun;
}

/** Serves planned customers with an engine in this process; nobody waits unless the engine does. */
export async function tryDesk(options: {
  readonly seed: number;
  readonly sessions: number;
  readonly concurrency?: number;
  readonly director?: Director;
  readonly answer?: (call: RecordedCall) => Answer | Response;
  readonly latencyMs?: (call: RecordedCall) => number;
}): Promise<DeskTrial> {
  const { seed, director = scriptedDirector(seed), concurrency = 4, answer, latencyMs } = options;
  const sessions = planSessions({ seed, sessions: options.sessions });
  const engine = new RecordingEngine({
    sessions,
    ...(answer && { answer }),
    ...(latencyMs && { latencyMs }),
  });
  const app = createSupportDesk({ model: modelOn(engine), director, wait: noTime });
  const run = await runDesk({ app, sessions, concurrency, wait: noTime });
  return { engine, sessions, app, run };
}

export const modelOn = ({ fetch }: RecordingEngine): ReturnType<typeof createChatModel> =>
  createChatModel({
    baseURL: 'http://engine.invalid/v1',
    apiKey: 'none',
    fetch,
    model: 'test-model',
  });

export async function noTime(_ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
}
