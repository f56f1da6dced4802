import { createRuntime } from '@entresol/runtime-core';
import type { RequestBody, Runtime, RuntimeEvent } from '@entresol/runtime-core';
import { ManualClock, countingIds } from '@entresol/runtime-core/testing';
import { ChatOpenAI } from '@langchain/openai';
import type { ChatOpenAIFields } from '@langchain/openai';
import { attach } from '../../src/index.ts';
import type { LangGraphAttachment } from '../../src/index.ts';
import { answer } from '../scripted-model.ts';
import type { Script } from '../scripted-model.ts';
import { answerResponses } from './responses-reply.ts';
import { ScriptedDriver, promptOf } from './scripted-driver.ts';
import type { Attributed } from './scripted-driver.ts';

/** The two engines of an app that has two models. */
export type EngineName = 'engine' | 'other';

interface WireRequest {
  readonly prompt: string;
  readonly body: RequestBody;
}

/** Where one shape is run once: with a runtime that its graphs are attached to, or with the bare client. */
export class Stage {
  readonly events: RuntimeEvent[] = [];
  readonly wire: WireRequest[] = [];
  readonly clock = new ManualClock();
  /** What the models say. */
  script: Script = (_body, prompt) => ({ text: `re ${prompt}` });
  readonly #drivers: Readonly<Record<EngineName, ScriptedDriver>>;
  readonly #runtime: Runtime | undefined;
  readonly #attachments = new Map<object, LangGraphAttachment>();
  readonly #known = new Set<LangGraphAttachment>();
  readonly #replies = new Map<string, number>();

  constructor(isAttached: boolean) {
    const fetch: typeof globalThis.fetch = async (input, init) =>
      this.#serve(input instanceof Request ? input.url : input.toString(), init);
    this.#drivers = {
      engine: new ScriptedDriver('engine', fetch),
      other: new ScriptedDriver('other', fetch),
    };
    if (!isAttached) return;
    this.#runtime = createRuntime({
      engines: this.#drivers,
      clock: this.clock,
      ids: countingIds(),
      recorder: (record) => {
        if (record.kind === 'event') this.events.push(record.event);
      },
    });
  }

  /** The app's own model client. */
  model(fields: ChatOpenAIFields = {}, engine: EngineName = 'engine'): ChatOpenAI {
    const { baseURL, fetch } = this.#runtime?.client(engine) ?? this.#drivers[engine].transport;
    const configuration = { baseURL, fetch };
    return new ChatOpenAI({
      model: 'scripted',
      apiKey: 'none',
      maxRetries: 0,
      ...fields,
      configuration,
    });
  }

  /** Attaches the app where there is a runtime. */
  show<App extends object>(app: App, id?: string): App {
    if (this.#runtime === undefined) return app;
    const attachment = attach(app, this.#runtime, id === undefined ? {} : { id });
    this.#attachments.set(app, attachment);
    this.#known.add(attachment);
    return app;
  }

  /** Undoes `show`. */
  hide(app: object): void {
    this.#attachments.get(app)?.detach();
    this.#attachments.delete(app);
  }

  get attributed(): readonly Attributed[] {
    return Object.values(this.#drivers).flatMap((driver) => driver.attributed);
  }

  /** Open runs and calls of all workloads, which are to be none when the app is done. */
  get held(): readonly { readonly runs: number; readonly calls: number }[] {
    return [...this.#known].map(({ held: { runs, calls } }) => ({ runs, calls }));
  }

  async close(): Promise<void> {
    for (const app of this.#attachments.keys()) this.hide(app);
    await this.#runtime?.close();
  }

  async #serve(url: string, init: RequestInit | undefined): Promise<Response> {
    const signal = init?.signal ?? undefined;
    signal?.throwIfAborted();
    if (typeof init?.body !== 'string') throw new TypeError('a request without a JSON body');
    const body: RequestBody = JSON.parse(init.body);
    const prompt = promptOf(body);
    this.wire.push({ prompt, body });
    const nth = (this.#replies.get(prompt) ?? 0) + 1;
    this.#replies.set(prompt, nth);
    const reply = this.script(body, prompt);
    if (reply.until !== undefined) {
      const aborted = Promise.withResolvers<never>();
      signal?.addEventListener('abort', () => aborted.reject(signal.reason));
      await Promise.race([reply.until, aborted.promise]);
    }
    // By prompt: the order of requests that run side by side must not show.
    const id = `reply-${nth} to ${prompt}`;
    return url.endsWith('/responses')
      ? answerResponses(body, reply.text ?? '', id)
      : answer(body, reply, id);
  }
}
