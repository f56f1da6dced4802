import { cacheSage } from '@entresol/cachesage';
import { createRuntime } from '@entresol/runtime-core';
import { fileStateStore } from '@entresol/runtime-core/node';
import {
  countingIds,
  FakeDriver,
  ManualClock,
  scriptedLink,
  seededRandom,
} from '@entresol/runtime-core/testing';

// Engines that compute nothing but take a millisecond for each token, by a clock that is moved by hand.
const clock = new ManualClock();
const random = seededRandom(7);
const engine = (endpoint: string, slots: number) =>
  new FakeDriver({ endpoint, slots, timed: true });
const runtime = createRuntime({
  engines: { fast: engine('fast', 6), strong: engine('strong', 5) },
  policies: [cacheSage({ mode: 'on' })],
  trial: { blockMs: 120_000 },
  state: fileStateStore(process.argv[2] ?? '.entresol'),
  clock,
  random,
  ids: countingIds(),
});
runtime.link(
  scriptedLink((body) => ({ agent: String(body['agent']), session: String(body['user']) })),
);
await runtime.ready;

const steps = [
  { agent: 'triage', engine: 'fast', role: 300 },
  { agent: 'search', engine: 'fast', role: 200 },
  { agent: 'billing', engine: 'strong', role: 500 },
  { agent: 'search', engine: 'fast', role: 200 },
  { agent: 'answer', engine: 'strong', role: 400 },
] as const;
const words = (count: number, word: string) => Array.from({ length: count }, () => word).join(' ');

/** Lets the clock run until the answer is there. */
async function answered(answer: Promise<string>): Promise<void> {
  const over = new AbortController();
  void answer.finally(() => over.abort());
  while (!over.signal.aborted) {
    clock.advanceBy(10);
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
  }
}

interface Talk {
  readonly session: string;
  step: number;
}
let opened = 0;
const talks: Talk[] = [];
for (let call = 0; call < 3_000; call++) {
  if (talks.length < 8) talks.push({ session: `s${(opened += 1)}`, step: 0 });
  const at = Math.floor(random() * talks.length);
  const talk = talks[at];
  const step = steps[talk?.step ?? 0];
  if (talk === undefined || step === undefined) continue;
  const { baseURL, fetch } = runtime.client(step.engine);
  const asked = fetch(`${baseURL}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({
      model: 'm',
      agent: step.agent,
      user: talk.session,
      messages: [
        { role: 'system', content: words(step.role, step.agent) },
        { role: 'user', content: words(60 + 20 * talk.step, talk.session) },
      ],
    }),
  });
  await answered(asked.then((response) => response.text()));
  talk.step += 1;
  if (talk.step === steps.length) {
    runtime.closeSession(talk.session);
    talks.splice(at, 1);
  }
  clock.advanceBy(500 + Math.floor(random() * 3_000));
}
await runtime.close();
