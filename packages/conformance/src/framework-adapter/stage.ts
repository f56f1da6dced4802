import { createRuntime } from '@entresol/runtime-core';
import type {
  Attachment,
  CallDraft,
  CallPlan,
  CallQueueOptions,
  Policy,
  Runtime,
  Transport,
} from '@entresol/runtime-core';
import { vi } from 'vitest';
import { Chronicle } from './chronicle.ts';
import { answer } from './script.ts';
import type { AppName, BuiltApp, FrameworkSubject } from './subject.ts';
import { WireDriver } from './wire-driver.ts';
import { WireServer } from './wire-server.ts';
import type { Script, WireRequest } from './wire-server.ts';

export interface StageOptions {
  readonly script?: Script;
  readonly policies?: readonly Policy[];
  /** In front of the engine; none unless said otherwise. */
  readonly queue?: CallQueueOptions;
}

export interface AppOptions {
  /** Is the app shown to the runtime? True unless said otherwise; else its requests go past the runtime. */
  readonly attached?: boolean;
  readonly retries?: number;
  /** False unless said otherwise: can runs that a policy suspends be resumed? */
  readonly resumable?: boolean;
}

export interface StagedApp extends BuiltApp {
  readonly attachment: Attachment | undefined;
}

/** An engine on the loopback, a runtime before it, and what each of them saw. */
export class Stage {
  readonly subject: FrameworkSubject;
  readonly server: WireServer;
  readonly runtime: Runtime;
  readonly seen: Chronicle = new Chronicle();
  readonly #direct: Transport;
  readonly #driver: WireDriver;
  readonly #attachments: Attachment[] = [];

  private constructor(
    subject: FrameworkSubject,
    server: WireServer,
    baseURL: string,
    { policies = [], queue }: StageOptions,
  ) {
    this.subject = subject;
    this.server = server;
    this.#direct = { baseURL, apiKey: 'none', fetch: (input, init) => fetch(input, init) };
    this.#driver = new WireDriver(this.#direct);
    this.runtime = createRuntime({
      engines: this.#driver,
      policies,
      ...(queue && { queue }),
      recorder: (record) => {
        if (record.kind === 'event') this.seen.events.push(record.event);
      },
    });
  }

  static async open(subject: FrameworkSubject, options: StageOptions = {}): Promise<Stage> {
    const server = new WireServer(options.script ?? answer);
    const baseURL = await server.listen();
    const stage = new Stage(subject, server, baseURL, options);
    await stage.runtime.ready;
    return stage;
  }

  app(
    name: AppName,
    { attached = true, retries = 0, resumable = false }: AppOptions = {},
  ): StagedApp {
    const client = attached ? this.runtime.client() : this.#direct;
    const built = this.subject.build(name, { client, retries, resumable });
    if (!attached) return { ...built, attachment: undefined };
    const attachment = this.subject.attach(built.app, this.runtime);
    this.#attachments.push(attachment);
    return { ...built, attachment };
  }

  /** The call that a request carries on the wire; undefined when it carries nothing of ours. */
  draftOf({ body }: WireRequest): CallDraft | undefined {
    return this.#driver.draftOf(body);
  }

  /** The plan with which it was sent; undefined when it carries nothing of ours. */
  planOf({ body }: WireRequest): CallPlan | undefined {
    return this.#driver.planOf(body);
  }

  /** Waits until nothing runs any more: the end of an aborted run is told after its promise has rejected. */
  async rest(): Promise<void> {
    const check = (): void => {
      if (!this.seen.rests) throw new Error('a session, dispatch or call never ends');
    };
    await vi.waitFor(check, { timeout: 5_000 });
  }

  async close(): Promise<void> {
    for (const attachment of this.#attachments) attachment.detach();
    await this.runtime.close();
    await this.server.close();
  }
}
