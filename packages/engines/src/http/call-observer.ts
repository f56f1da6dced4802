import { bodyOf, readWhole } from '@entresol/runtime-core';
import type {
  CallDraft,
  Clock,
  EngineHost,
  Milliseconds,
  PrefixRef,
  RequestBody,
  Usage,
} from '@entresol/runtime-core';
import type { CostFit } from '../slot-manager/cost-fit.ts';
import { SoloWatch } from '../slot-manager/serving/solo-watch.ts';
import type { CallCounters } from './call-counters.ts';
import type { ChatCall } from './chat-call.ts';
import { editLines, parseJSON } from './event-lines.ts';
import type { HeldHead, ShadowCache } from './shadow-cache.ts';
import type { TouchBalance } from './touch-balance.ts';
import type { TokenFigures } from './token-figures.ts';
import { askingForUsage, asksForUsage, UsageEditor } from './usage-editor.ts';

export interface CallObserverOptions {
  readonly host: EngineHost;
  readonly clock: Clock;
  readonly fit: CostFit;
  readonly shadow: ShadowCache;
  readonly touches: TouchBalance;
  /** False where nothing is ever touched; known once the server is. */
  readonly isTouched: () => boolean;
  readonly figures: TokenFigures;
  readonly counters: CallCounters;
  readonly usage: (reply: unknown) => Usage | undefined;
  /** Hears of every call how much of its prompt was in the cache. */
  readonly found: (draft: CallDraft, cachedTokens: number | undefined) => void;
}

interface Sent {
  readonly prefillMs: Milliseconds | undefined;
  readonly before: HeldHead | null | undefined;
}

/** Sends the app's calls and learns from their replies what the engine holds and what its work costs. */
export class CallObserver {
  readonly #options: CallObserverOptions;
  readonly #solo: SoloWatch;
  #running = 0;
  #reportsCachedTokens = true;

  constructor(options: CallObserverOptions) {
    this.#options = options;
    this.#solo = new SoloWatch(options.clock);
  }

  /** Calls on their way now. */
  get running(): number {
    return this.#running;
  }

  get reportsCachedTokens(): boolean {
    return this.#reportsCachedTokens;
  }

  get #touches(): TouchBalance | undefined {
    return this.#options.isTouched() ? this.#options.touches : undefined;
  }

  /** False while touches have cost more than they saved. */
  get touchesPay(): boolean {
    return this.#touches?.pays ?? true;
  }

  /** The engine's cache holds this many tokens. */
  limit(capacityTokens: number): void {
    const { shadow, touches } = this.#options;
    shadow.limit(capacityTokens);
    touches.limit(capacityTokens);
  }

  /** It is empty. */
  clear(): void {
    const { shadow, touches } = this.#options;
    shadow.clear();
    touches.clear();
  }

  /** Like `fetch`, it rejects only when no reply came. */
  async send(
    { url, init, body }: ChatCall,
    draft: CallDraft,
    fetch: typeof globalThis.fetch,
  ): Promise<Response> {
    const streams = body['stream'] === true;
    const folds = streams && !asksForUsage(body);
    const sent = folds ? askingForUsage(body) : body;
    const leave = this.#enter();
    const elapsed = this.#solo.start();
    const { shadow, clock } = this.#options;
    const touches = this.#touches;
    touches?.begun(draft.prefixes);
    // Where what is nearly gone is sent again, it must be known at once what goes.
    const before = touches && shadow.begun(draft.prefixes, clock.now());
    let prefillMs: Milliseconds | undefined;
    const finish = (usage: Usage | undefined): void => {
      leave();
      if (usage !== undefined) this.#learn(draft, body, usage, { prefillMs, before });
      else if (touches !== undefined) shadow.withdrawn(draft.prefixes);
    };
    let response: Response;
    try {
      response = await fetch(url, { ...init, body: JSON.stringify(sent) });
    } catch (error) {
      finish(undefined);
      throw error;
    }
    const { status, statusText, headers } = response;
    if (!response.ok || response.body === null) {
      finish(undefined);
      return response;
    }
    if (headers.get('content-type')?.includes('text/event-stream') === true) {
      const editor = new UsageEditor({ folds, usage: this.#options.usage });
      const seen = new FirstData(editor, () => {
        prefillMs = elapsed();
      });
      const stream = editLines(response.body, seen, (how) =>
        finish(how === 'done' ? editor.usage : undefined),
      );
      return new Response(stream, { status, statusText, headers });
    }
    const whole = await readWhole(response.body);
    finish(
      whole.broken === undefined
        ? this.#options.usage(parseJSON(new TextDecoder().decode(whole.bytes)))
        : undefined,
    );
    return new Response(bodyOf(whole), { status, statusText, headers });
  }

  /** A warm-up or a touch has gone through. */
  warmed(prefix: PrefixRef, usage: Usage, why: 'prefetch' | 'retain'): void {
    const { shadow, clock } = this.#options;
    const touches = this.#touches;
    if (why === 'prefetch') touches?.used([prefix]);
    else touches?.touched(prefix, usage.input - (usage.cacheRead ?? usage.input));
    shadow.used([prefix], clock.now(), usage.cacheRead);
    this.#tellStored([prefix], usage.cacheRead);
  }

  #enter(): () => void {
    const leave = this.#solo.enter();
    this.#running += 1;
    let over = false;
    return () => {
      if (over) return;
      over = true;
      this.#running -= 1;
      leave();
    };
  }

  #learn(
    draft: CallDraft,
    { messages }: RequestBody,
    usage: Usage,
    { prefillMs, before }: Sent,
  ): void {
    const { shadow, figures, fit, clock, counters } = this.#options;
    const { input, output, cacheRead } = usage;
    const { prefixes } = draft;
    counters.called(usage);
    this.#options.found(draft, cacheRead);
    if (cacheRead === undefined) this.#reportsCachedTokens = false;
    const whole = prefixes.at(-1);
    if (whole !== undefined) figures.learn(whole.id, input);
    figures.learnRatio(JSON.stringify(messages).length, input);
    const counted = prefixes.map((prefix) =>
      prefix === whole ? { ...prefix, tokens: input } : prefix,
    );
    this.#touches?.used(counted, output);
    shadow.used(counted, clock.now(), cacheRead, output, before);
    this.#tellStored(prefixes, cacheRead);
    if (prefillMs !== undefined && cacheRead !== undefined) {
      fit.learnCompute(cacheRead, input, prefillMs);
    }
  }

  #tellStored(prefixes: readonly PrefixRef[], cacheRead = 0): void {
    const { host, clock } = this.#options;
    for (const prefix of prefixes) {
      if (prefix.tokens <= cacheRead) continue;
      host.emit({
        type: 'engine-store',
        atMs: clock.now(),
        workload: '',
        prefix,
        tier: 'device',
      });
    }
  }
}

/** An editor that says when the first data has come. */
class FirstData {
  readonly #editor: UsageEditor;
  readonly #first: () => void;
  #seen = false;

  constructor(editor: UsageEditor, first: () => void) {
    this.#editor = editor;
    this.#first = first;
  }

  get complete(): boolean {
    return this.#editor.complete;
  }

  line(bytes: Uint8Array): readonly Uint8Array[] {
    const lines = this.#editor.line(bytes);
    if (!this.#seen && this.#editor.begun) {
      this.#seen = true;
      this.#first();
    }
    return lines;
  }

  rest(): readonly Uint8Array[] {
    return this.#editor.rest();
  }
}
