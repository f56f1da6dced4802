import { RuntimeConfigError } from '@entresol/runtime-core';
import type {
  AdapterHost,
  CallIdentity,
  EventOf,
  FrameworkLink,
  PassageOccasion,
  PassageVerdict,
  RequestBody,
  RuntimeEvent,
  RuntimeEventType,
  Topology,
} from '@entresol/runtime-core';
import { ManualClock, countingIds } from '@entresol/runtime-core/testing';

/** One request that reached the model, and whose the adapter said it is. */
export interface SeenRequest {
  readonly identity: CallIdentity | undefined;
  readonly body: RequestBody;
  /** Text of the last message. */
  readonly prompt: string;
}

/** An adapter's host that keeps every event, and the client side of a runtime: `fetch` asks whose a request is. */
export class RecordingHost implements AdapterHost {
  /** Says what becomes of a tool or a transition; without one every passage goes. */
  decide: ((occasion: PassageOccasion) => PassageVerdict | undefined) | undefined;
  readonly passages: PassageOccasion[] = [];
  readonly clock = new ManualClock();
  readonly ids = countingIds();
  readonly events: RuntimeEvent[] = [];
  readonly requests: SeenRequest[] = [];
  readonly links = new Set<FrameworkLink>();
  readonly workloads = new Map<string, string>();

  observe(event: RuntimeEvent): void {
    this.events.push(event);
  }

  get actsInline(): boolean {
    return this.decide !== undefined;
  }

  passage: AdapterHost['passage'] = (occasion) => {
    this.passages.push(occasion);
    const verdict = this.decide?.(occasion);
    return verdict === undefined ? undefined : Promise.resolve(verdict);
  };

  link(framework: FrameworkLink): () => void {
    this.links.add(framework);
    return () => {
      this.links.delete(framework);
    };
  }

  claimWorkload(workload: string, topology: Topology): void {
    const text = JSON.stringify(topology);
    const known = this.workloads.get(workload);
    if (known !== undefined && known !== text) {
      throw new RuntimeConfigError(`workload "${workload}" belongs to an unlike graph`, {
        code: 'workload-conflict',
        value: workload,
      });
    }
    this.workloads.set(workload, text);
  }

  /** What a runtime does with a request before it sends it on. */
  see(body: RequestBody): CallIdentity | undefined {
    let identity: CallIdentity | undefined;
    for (const link of this.links) identity ??= link.identify(body);
    this.requests.push({ identity, body, prompt: lastText(body) });
    return identity;
  }

  of<T extends RuntimeEventType>(type: T): readonly EventOf<T>[] {
    return this.events.filter((event): event is EventOf<T> => event.type === type);
  }

  /** Identity of the only request with this prompt. */
  identityOf(prompt: string): CallIdentity {
    const found = this.requests.filter((request) => request.prompt === prompt);
    const identity = found[0]?.identity;
    if (found.length !== 1 || identity === undefined) {
      throw new Error(`${found.length} requests said "${prompt}", and none could be named`);
    }
    return identity;
  }

  /** Agents of the dispatches, in order of their start. */
  get path(): readonly string[] {
    return this.of('dispatch-start').map(({ agent }) => agent);
  }

  /** The dispatch of an agent: the only one, or the n-th. */
  dispatchOf(agent: string, nth = 0): EventOf<'dispatch-start'> {
    const found = this.of('dispatch-start').filter((event) => event.agent === agent)[nth];
    if (found === undefined) throw new Error(`no dispatch ${nth} of ${agent}`);
    return found;
  }

  /** How the dispatches of an agent ended, in order of their start. */
  endsOf(agent: string): readonly string[] {
    return this.of('dispatch-start')
      .filter((event) => event.agent === agent)
      .flatMap(({ dispatch }) =>
        this.of('dispatch-end').filter((event) => event.dispatch === dispatch),
      )
      .map(({ how }) => how);
  }
}

export function lastText(body: RequestBody): string {
  const list = Array.isArray(body['messages']) ? body['messages'] : body['input'];
  const last: unknown = Array.isArray(list) ? list.at(-1) : undefined;
  if (typeof last !== 'object' || last === null || !('content' in last)) return '';
  const { content } = last;
  if (typeof content === 'string') return content;
  const part: unknown = Array.isArray(content) ? content[0] : undefined;
  return typeof part === 'object' && part !== null && 'text' in part ? String(part.text) : '';
}
