import { prefillMs } from './step-cost.ts';
import { PrefillQueue } from './prefill-queue.ts';
import { TimedQueue } from './timed-queue.ts';
import type { Prefill } from './prefill-queue.ts';
import type { StepCost } from './step-cost.ts';

export interface BatchLimits {
  /** Prompt tokens that one iteration computes at most. */
  readonly chunkTokens: number;
  /** Calls that hold a place in the batch at most, those whose prompt is being computed included. */
  readonly maxRunning: number;
}

/** A call as the engine sees it. */
export interface EngineCall {
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
}

/** Told at the end of the iteration in which it happens. */
export interface BatchListener {
  firstToken(call: number, atMs: number): void;
  ended(call: number, atMs: number): void;
}

/**
 * A continuous-batching engine with chunked prefill (Sarathi-Serve, OSDI 2024; vLLM V1). An iteration holds one token for
 * every running decode and up to `chunkTokens` of the oldest prompts; the iteration that computes a prompt's last token
 * gives its first output token. Between two events the iterations differ by a constant, so any number of them is one step.
 */
export class BatchEngine {
  nowMs = 0;
  /** Time within iterations; the rest is idle. */
  busyMs = 0;
  /** What prefill that nobody waited for took, without the iterations' base. */
  warmUpMs = 0;
  #iteration = 0;
  #running = 0;
  /** Tokens that the running decodes read in the next iteration. */
  #contextTokens = 0;
  /** Running decodes by the iteration after which they have ended. */
  readonly #decodes = new TimedQueue();
  readonly #prompts = new PrefillQueue();
  readonly #warmUps = new PrefillQueue();
  readonly #calls = new Map<number, EngineCall>();
  readonly #cost: StepCost;
  readonly #limits: BatchLimits;
  readonly #listener: BatchListener;

  constructor(cost: StepCost, limits: BatchLimits, listener: BatchListener) {
    this.#cost = cost;
    this.#limits = limits;
    this.#listener = listener;
  }

  get idle(): boolean {
    return (
      this.#running === 0 &&
      this.#prompts.first() === undefined &&
      this.#warmUps.first() === undefined
    );
  }

  /** The call waits from now on, behind all that wait already. Even a prompt that is held computes its last token. */
  submit(id: number, call: EngineCall): void {
    this.#calls.set(id, call);
    const to = Math.max(1, call.promptTokens);
    this.#prompts.push({ call: id, from: Math.min(call.cachedTokens, to - 1), to });
  }

  /** A request for the prompt up to `to`, of which `from` tokens are held, that wants no reply; it waits as a call does. */
  touch(from: number, to: number): void {
    this.#prompts.push({ call: -1, from, to });
  }

  /** Computed in iterations in which no prompt waits. Withdrawn by setting `from` to `to`. */
  warmUp(item: Prefill): void {
    this.#warmUps.push(item);
  }

  /** Lets an idle engine wait. */
  waitUntil(atMs: number): void {
    this.nowMs = Math.max(this.nowMs, atMs);
  }

  /**
   * Runs whole iterations, at least one, up to the next event; `arrivalMs` is when a call arrives next. Only for an engine
   * that is not idle.
   */
  advance(arrivalMs: number): void {
    const { chunkTokens, maxRunning } = this.#limits;
    const waiting = this.#prompts.first() !== undefined;
    const places = maxRunning - this.#running;
    const queue = waiting ? this.#prompts : this.#warmUps;
    const first = places > 0 ? queue.first() : undefined;
    const left = first === undefined ? 0 : first.to - first.from;
    if (first !== undefined && left <= chunkTokens) {
      this.#lastChunk(queue, places);
      return;
    }
    const time = this.#stepTime(first);
    let steps = this.#decodes.nextKey - this.#iteration;
    if (first !== undefined) steps = Math.min(steps, Math.ceil(left / chunkTokens) - 1);
    // Behind a prompt that fills every chunk, or a full batch, an arrival changes nothing yet.
    if (!waiting) steps = Math.min(steps, stepsUntil(arrivalMs - this.nowMs, time));
    this.#pass(steps, durationMs(steps, time));
    if (first !== undefined) {
      const from = first.from;
      first.from += steps * chunkTokens;
      if (!waiting) this.warmUpMs += prefillMs(this.#cost, from, first.from);
    }
    this.#endDecodes();
  }

  /** Of iterations in which `first` fills its chunk: milliseconds of the first one, and what each adds to the one before. */
  #stepTime(first: Prefill | undefined): StepTime {
    const { baseMs, perPrefillDepthMs, perDecodeMs, perContextTokenMs } = this.#cost;
    const { chunkTokens } = this.#limits;
    const chunkMs =
      first === undefined ? 0 : prefillMs(this.#cost, first.from, first.from + chunkTokens);
    const deeperMs = first === undefined ? 0 : perPrefillDepthMs * chunkTokens * chunkTokens;
    return {
      firstMs:
        baseMs + chunkMs + perDecodeMs * this.#running + perContextTokenMs * this.#contextTokens,
      growthMs: deeperMs + perContextTokenMs * this.#running,
    };
  }

  /** One iteration that ends the oldest prefill and begins those behind it with what its chunk has left. */
  #lastChunk(queue: PrefillQueue, places: number): void {
    let room = this.#limits.chunkTokens;
    let { firstMs } = this.#stepTime(undefined);
    const done: number[] = [];
    for (let taken = 0; taken < places && room > 0; taken++) {
      const item = queue.first();
      if (item === undefined) break;
      const tokens = Math.min(room, item.to - item.from);
      const prefill = prefillMs(this.#cost, item.from, item.from + tokens);
      firstMs += prefill;
      if (queue === this.#warmUps) this.warmUpMs += prefill;
      item.from += tokens;
      room -= tokens;
      if (item.from < item.to) break;
      queue.shift();
      if (item.call >= 0) done.push(item.call);
    }
    this.#pass(1, firstMs);
    this.#endDecodes();
    for (const call of done) this.#beginDecode(call);
  }

  #pass(steps: number, tookMs: number): void {
    this.nowMs += tookMs;
    this.busyMs += tookMs;
    this.#iteration += steps;
    this.#contextTokens += steps * this.#running;
  }

  #beginDecode(id: number): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    this.#listener.firstToken(id, this.nowMs);
    // The first token came with the prompt.
    const left = call.outputTokens - 1;
    if (left <= 0) {
      this.#end(id);
      return;
    }
    this.#running += 1;
    this.#contextTokens += call.promptTokens + 1;
    this.#decodes.push(this.#iteration + left, id);
  }

  #endDecodes(): void {
    while (this.#decodes.nextKey <= this.#iteration) {
      const id = this.#decodes.pop() ?? 0;
      const call = this.#calls.get(id);
      if (call === undefined) continue;
      this.#running -= 1;
      this.#contextTokens -= call.promptTokens + call.outputTokens;
      this.#end(id);
    }
  }

  #end(id: number): void {
    this.#calls.delete(id);
    this.#listener.ended(id, this.nowMs);
  }
}

interface StepTime {
  readonly firstMs: number;
  readonly growthMs: number;
}

function durationMs(steps: number, { firstMs, growthMs }: StepTime): number {
  return steps * firstMs + (growthMs * steps * (steps - 1)) / 2;
}

/** @returns the fewest iterations, at least one, that take `gapMs` or longer */
function stepsUntil(gapMs: number, time: StepTime): number {
  if (gapMs === Number.POSITIVE_INFINITY) return gapMs;
  const linear = time.firstMs - time.growthMs / 2;
  // The root of growth/2·k² + linear·k = gap, in the form that loses no digits when the growth is small.
  const root = (2 * gapMs) / (linear + Math.sqrt(linear * linear + 2 * time.growthMs * gapMs));
  let steps = Math.max(1, Math.ceil(root));
  while (durationMs(steps, time) < gapMs) steps++;
  while (steps > 1 && durationMs(steps - 1, time) >= gapMs) steps--;
  return steps;
}
