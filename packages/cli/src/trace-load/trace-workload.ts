import { keyedRandom, runSessions, thinkTime } from '@entresol/example-load';
import type { Wait } from '@entresol/example-load';
import type { Trace } from '@entresol/replay';
import { readTrace } from '@entresol/replay/node';
import type { SentCall, TraceArmConfig } from '../arm/arm-messages.ts';
import type { ArmTarget } from '../arm/arm-target.ts';
import type { ArmWorkload, ArmWorkloadOptions } from '../arm/arm-workload.ts';
import { measureTextSizes, writePrompts } from './prompt-writer.ts';
import type { WrittenMessage } from './prompt-writer.ts';
import { sampledTrace } from './sampled-trace.ts';
import { SessionPlay } from './session-play.ts';
import { TraceAdapter } from './trace-adapter.ts';

/** Steps of a program follow each other faster than a user writes: median 1 s before scaling, where users take 9. */
const shareOfUserThinking = 1 / 9;

/** How time passes; real time by default. */
export interface TraceWorkloadOptions extends ArmWorkloadOptions {
  readonly wait?: Wait;
}

/**
 * A sample of a trace on this target: a closed loop of sessions in the order of the sample, the calls of each one after
 * the other with seeded pauses. Replies are thrown away: all text follows from the counts of the trace and seeded words.
 * @throws {TraceError} when the trace cannot be read
 * @throws {TypeError} when the target cannot count the tokens of a prompt
 */
export async function createTraceWorkload(
  config: TraceArmConfig,
  target: ArmTarget,
  options: TraceWorkloadOptions,
): Promise<ArmWorkload> {
  const { trace } = await readTrace(config.trace.path);
  const sample = sampledTrace(trace, config.trace, config.seed);
  const { promptTokens } = target;
  if (promptTokens === undefined) {
    throw new TypeError('The engine does not count tokens: traces are played on the embedded one.');
  }
  const sizes = measureTextSizes(promptTokens);
  const calls = sample.sessions.flatMap((session) => session.calls);
  const sent: SentCall[] = [];
  return {
    agents: new Set(calls.map(({ agent }) => agent)).size,
    sent,
    run: (signal) => playSample({ sample, sizes, config, target, options, sent, signal }),
  };
}

interface Play {
  readonly sample: Trace;
  readonly sizes: Parameters<typeof writePrompts>[2];
  readonly config: TraceArmConfig;
  readonly target: ArmTarget;
  readonly options: TraceWorkloadOptions;
  readonly sent: SentCall[];
  readonly signal: AbortSignal;
}

async function playSample(play: Play): Promise<void> {
  const { sample, sizes, config, target, options, sent, signal } = play;
  const random = keyedRandom(config.seed);
  const pause = (session: string, at: number): number =>
    thinkTime(random, config.thinkScale * shareOfUserThinking, 'step', session, at);
  const adapter = target.host && new TraceAdapter(target.host, config.graph, sample.topology);
  const numbers = new Map(sample.sessions.map(({ id }, number) => [id, number]));
  const open = new Map<string, SessionPlay>();
  const total = sample.sessions.reduce((sum, { calls }) => sum + calls.length, 0);
  let answered = 0;
  const openSession = (id: string, number: number): SessionPlay => {
    const session = sample.sessions[number];
    if (session === undefined) throw new RangeError(`the sample has no session ${number}`);
    const opened = new SessionPlay({
      session,
      agents: sample.agents,
      prompts: writePrompts(sample, session, sizes),
      attached: adapter?.openSession(id),
      ask: (messages, replyTokens) => ask(play, messages, replyTokens),
    });
    open.set(id, opened);
    return opened;
  };
  try {
    const { failures } = await runSessions({
      concurrency: config.concurrency,
      signal,
      ...(options.wait === undefined ? {} : { wait: options.wait }),
      sessions: sample.sessions.map(({ id, calls }) => ({
        id,
        startOffsetMs: 0,
        turns: calls.map((_, at) => ({ text: '', thinkMs: pause(id, at) })),
      })),
      answer: async ({ session: id, turn }) => {
        const number = numbers.get(id) ?? -1;
        const session = open.get(id) ?? openSession(id, number);
        sent.push({ session: number, call: turn - 1 });
        const agent = await session.call(turn - 1);
        answered += 1;
        options.onProgress({ done: answered / total, agent });
        return '';
      },
      onSessionEnd: (id) => {
        open.get(id)?.end();
        open.delete(id);
        target.endSession(id);
      },
    });
    signal.throwIfAborted();
    const [first] = failures;
    if (first !== undefined) {
      const reason = first.error instanceof Error ? first.error.message : String(first.error);
      throw new Error(`${failures.length} sessions failed; ${first.session}: ${reason}`, {
        cause: first.error,
      });
    }
  } finally {
    adapter?.detach();
  }
}

/** Streamed, so that the first token has a time of its own. */
async function ask(
  { target, options, signal }: Play,
  messages: readonly WrittenMessage[],
  replyTokens: number,
): Promise<void> {
  const response = await options.fetch(`${target.baseURL}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${target.apiKey}` },
    body: JSON.stringify({
      model: target.model,
      messages,
      max_tokens: replyTokens,
      temperature: 0,
      stream: true,
      stream_options: { include_usage: true },
    }),
    signal,
  });
  const reply = await response.text();
  if (!response.ok) throw new Error(`the engine answered with ${response.status}: ${reply}`);
}
