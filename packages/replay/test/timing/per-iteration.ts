import type { BlockLoad, CallOrder, ReplayOutcome, StepCost } from '../../src/index.ts';
import { thinkMs } from '../../src/timing/think-time.ts';
import type { ThinkTimes } from '../../src/timing/think-time.ts';

interface Running {
  readonly call: number;
  readonly prompt: number;
  readonly output: number;
  generated: number;
}

/** The engine model once more, one iteration after the other: slow, and plain to read. TTFT by position in the order. */
export function timePerIteration(
  load: BlockLoad,
  order: CallOrder,
  { cachedByCall, hostByCall }: Pick<ReplayOutcome, 'cachedByCall' | 'hostByCall'>,
  options: ThinkTimes & {
    readonly cost: StepCost;
    readonly chunkTokens: number;
    readonly maxRunning: number;
  },
): { readonly ttftMs: readonly number[]; readonly endedMs: number } {
  const { cost, chunkTokens, maxRunning } = options;
  const total = order.sessions.length;
  const ttftMs = Array.from({ length: total }, () => 0);
  const issuedMs = Array.from({ length: total }, () => 0);
  const positions = load.sessions.map((_, session) =>
    Array.from(order.sessions.keys()).filter((at) => order.sessions[at] === session),
  );
  const made = load.sessions.map(() => 0);
  const toOpen = [...new Set(order.sessions)];
  const arrivals: { readonly atMs: number; readonly call: number }[] = [];
  const prompts: { readonly call: number; from: number; readonly to: number }[] = [];
  let running: Running[] = [];
  let now = 0;
  let ended = 0;
  const blockOf = (call: number) =>
    load.sessions[order.sessions[call] ?? 0]?.[order.calls[call] ?? 0];
  const plan = (session: number): boolean => {
    const index = made[session] ?? 0;
    const call = positions[session]?.[index];
    const recorded = load.trace.sessions[session];
    if (call === undefined || recorded === undefined) return false;
    arrivals.push({ atMs: now + thinkMs(recorded, session, index, options), call });
    arrivals.sort((a, b) => a.atMs - b.atMs || a.call - b.call);
    return true;
  };
  const open = (): void => {
    const session = toOpen.shift();
    if (session !== undefined) plan(session);
  };
  const end = (call: number): void => {
    ended += 1;
    const session = order.sessions[call] ?? 0;
    made[session] = (made[session] ?? 0) + 1;
    if (!plan(session)) open();
  };
  const loading: { readonly atMs: number; readonly call: number }[] = [];
  let linkFreeMs = 0;
  const submit = (call: number): void => {
    const to = Math.max(1, blockOf(call)?.promptTokens ?? 0);
    const found = (cachedByCall[call] ?? 0) + (hostByCall[call] ?? 0);
    prompts.push({ call, from: Math.min(found, to - 1), to });
  };
  for (let at = 0; at < order.concurrency; at++) open();
  for (;;) {
    if (ended === total) return { ttftMs, endedMs: now };
    while (arrivals[0] !== undefined && arrivals[0].atMs <= now) {
      const { atMs, call } = arrivals.shift() ?? { atMs: 0, call: 0 };
      issuedMs[call] = atMs;
      const host = hostByCall[call] ?? 0;
      if (host > 0) {
        linkFreeMs = Math.max(linkFreeMs, atMs) + host * cost.perLoadedTokenMs;
        loading.push({ atMs: linkFreeMs, call });
      } else submit(call);
    }
    while (loading[0] !== undefined && loading[0].atMs <= now) submit(loading.shift()?.call ?? 0);
    if (prompts.length === 0 && running.length === 0) {
      now = Math.min(arrivals[0]?.atMs ?? Infinity, loading[0]?.atMs ?? Infinity);
      continue;
    }
    let tookMs = cost.baseMs;
    for (const { prompt, generated } of running) {
      tookMs += cost.perDecodeMs + cost.perContextTokenMs * (prompt + generated);
    }
    const ready: number[] = [];
    let room = chunkTokens;
    for (let places = maxRunning - running.length; places > 0 && room > 0; places--) {
      const first = prompts[0];
      if (first === undefined) break;
      const tokens = Math.min(room, first.to - first.from);
      const reached = first.from + tokens;
      tookMs +=
        cost.perPrefillTokenMs * tokens +
        (cost.perPrefillDepthMs * (reached * reached - first.from * first.from)) / 2;
      first.from = reached;
      room -= tokens;
      if (first.from < first.to) break;
      prompts.shift();
      ready.push(first.call);
    }
    now += tookMs;
    for (const one of running) one.generated += 1;
    const over = running.filter(({ generated, output }) => generated >= output);
    running = running.filter(({ generated, output }) => generated < output);
    for (const { call } of over.toSorted((a, b) => a.call - b.call)) end(call);
    for (const call of ready) {
      const block = blockOf(call);
      ttftMs[call] = now - (issuedMs[call] ?? 0);
      const prompt = block?.promptTokens ?? 0;
      const output = block?.outputTokens ?? 0;
      if (output <= 1) end(call);
      else running.push({ call, prompt, output, generated: 1 });
    }
  }
}
