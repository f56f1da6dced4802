import {
  createDeskModel,
  createSupportDesk,
  deskAgents,
  modelDirector,
  planSessions,
  runDesk,
  scriptedDirector,
} from '@entresol/example-support-desk';
import type { Director } from '@entresol/example-support-desk';
import type { ArmConfig } from './arm-messages.ts';
import type { ArmTarget } from './arm-target.ts';

export interface DeskWorkload {
  readonly agents: number;
  /** Lets all planned customers talk; rejects when a turn failed, since its figures would be missing. */
  run(signal: AbortSignal): Promise<void>;
}

export interface DeskProgress {
  /** Share of the planned turns that are answered, in [0, 1]. */
  readonly done: number;
  /** Agent that asked the model last. */
  readonly agent?: string;
}

/** The support desk on this target: the app, its customers, and who decides. */
export function createDeskWorkload(
  config: ArmConfig,
  target: ArmTarget,
  options: {
    readonly fetch: typeof globalThis.fetch;
    readonly onProgress: (progress: DeskProgress) => void;
  },
): DeskWorkload {
  const { seed, concurrency } = config;
  const sessions = planSessions({
    seed,
    sessions: config.sessions,
    thinkScale: config.thinkScale,
  });
  const planned = sessions.reduce((total, { turns }) => total + turns.length, 0);
  let answered = 0;
  let agent: string | undefined;
  const report = (): void =>
    options.onProgress({ done: answered / planned, ...(agent === undefined ? {} : { agent }) });
  const director = watched(
    // Random weights decide nothing: a script leads, so that every arm sends the same prompts.
    target.engine().weights === 'random' ? scriptedDirector(seed) : modelDirector(),
    (next) => {
      agent = next;
      report();
    },
  );
  const { baseURL, apiKey, model } = target;
  const app = createSupportDesk({
    model: createDeskModel({ baseURL, apiKey, fetch: options.fetch }, model),
    director,
  });
  target.attach?.(app);
  return {
    agents: deskAgents.length,
    async run(signal) {
      const { failures } = await runDesk({
        app,
        sessions,
        concurrency,
        signal,
        onSessionEnd: target.endSession,
        onTurn: () => {
          answered += 1;
          report();
        },
      });
      signal.throwIfAborted();
      const [first] = failures;
      if (first !== undefined) {
        const reason = first.error instanceof Error ? first.error.message : String(first.error);
        throw new Error(
          `${failures.length} of ${sessions.length} sessions failed; ${first.session}: ${reason}`,
          { cause: first.error },
        );
      }
    },
  };
}

/** The same director; every call it is asked about is told. */
function watched(director: Director, onCall: (agent: string) => void): Director {
  return {
    ...director,
    maxTokens(moment) {
      onCall(moment.agent);
      return director.maxTokens(moment);
    },
  };
}
