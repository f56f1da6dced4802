import { createRuntime } from '@entresol/runtime-core';
import type { Policy } from '@entresol/runtime-core';
import {
  FakeDriver,
  ManualClock,
  countingIds,
  scriptedLink,
  seededRandom,
} from '@entresol/runtime-core/testing';

/** What one run of an agent that does not know when to stop has used. */
export interface LoopedRun {
  readonly calls: number;
  /** Input and output of the calls that were sent. */
  readonly tokens: number;
  /** Input of the call that was refused, as the engine counts it; undefined where none was. */
  readonly refusedInput: number | undefined;
}

/** The limit of the framework, at which the run ends by itself. */
const mostCalls = 100;
const mostInputWords = 400;

const words = (count: number): string => Array.from({ length: count }, () => 'word').join(' ');

/** An agent that calls its model until it is refused, or 100 times: prompts and answers of random length, one word a token. */
export async function runLoopingAgent(
  seed: number,
  policies: readonly Policy[],
  { outputTokensPerCall }: { readonly outputTokensPerCall: number },
): Promise<LoopedRun> {
  const random = seededRandom(seed);
  const engine = new FakeDriver({
    reply: () => ({ text: words(1 + Math.floor(random() * outputTokensPerCall)) }),
  });
  const runtime = createRuntime({
    engines: engine,
    clock: new ManualClock(),
    ids: countingIds(),
    policies,
  });
  const unlink = runtime.link(scriptedLink(() => ({ agent: 'looper', session: 's' })));
  try {
    await runtime.ready;
    const { baseURL, fetch } = runtime.client();
    // What the engine counts of a prompt besides its words.
    let around = 0;
    for (let made = 0; made < mostCalls; made += 1) {
      const input = 1 + Math.floor(random() * mostInputWords);
      const reply = await fetch(`${baseURL}/chat/completions`, {
        method: 'POST',
        body: JSON.stringify({
          model: 'm',
          messages: [{ role: 'user', content: words(input) }],
          max_tokens: outputTokensPerCall,
        }),
      });
      await reply.text();
      if (!reply.ok) return { ...usedOf(engine), refusedInput: input + around };
      around = (engine.requests.at(-1)?.usage.input ?? input) - input;
    }
    return { ...usedOf(engine), refusedInput: undefined };
  } finally {
    unlink();
    await runtime.close();
  }
}

function usedOf({ requests }: FakeDriver): Omit<LoopedRun, 'refusedInput'> {
  const tokens = requests.reduce((sum, { usage }) => sum + usage.input + usage.output, 0);
  return { calls: requests.length, tokens };
}
