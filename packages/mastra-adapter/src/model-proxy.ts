import type { Faults } from './app-watch.ts';
import type { CalledModel, CallTracker } from './call-tracker.ts';
import { isObject } from './mastra-shape.ts';
import { currentProbe, probeReply } from './probe.ts';
import { currentCall, currentScope } from './scope.ts';
import type { ModelCall } from './scope.ts';

/** What a model under watch works with. */
export interface ModelWatch {
  readonly calls: CallTracker;
  readonly faults: Faults;
  readonly active: () => boolean;
}

/** The same model to everyone who looks at it, except that its calls are announced. */
export function modelProxy(model: object, { calls, faults, active }: ModelWatch): object {
  const asking = (method: 'doStream' | 'doGenerate') => {
    const ask = (options: unknown): unknown =>
      Reflect.apply(Reflect.get(model, method), model, [options]);
    return async (options: unknown): Promise<unknown> => {
      const prompt: unknown = isObject(options) ? options['prompt'] : undefined;
      const probe = currentProbe();
      if (probe !== undefined) {
        probe.prefix = prefixOf(options);
        return probeReply(Reflect.get(model, 'specificationVersion'));
      }
      const scope = active() ? currentScope.getStore() : undefined;
      const call = scope && faults.guard(() => calls.begin(scope, prompt));
      if (call === undefined) return ask(options);
      return announced(call, () => ask(options), {
        ended: () => faults.guard(() => calls.end(call, nameOf(model))),
        failed: () => faults.guard(() => calls.fail(call, prompt)),
      });
    };
  };
  const own = new Map<PropertyKey, unknown>([
    ['doStream', asking('doStream')],
    ['doGenerate', asking('doGenerate')],
  ]);
  return new Proxy(model, {
    get(target, name) {
      const replaced = own.get(name);
      if (replaced !== undefined) return replaced;
      const value: unknown = Reflect.get(target, name, target);
      // Private fields are those of the model, not of its proxy.
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

interface Ends {
  readonly ended: () => void;
  readonly failed: () => void;
}

async function announced(
  call: ModelCall,
  ask: () => unknown,
  { ended, failed }: Ends,
): Promise<unknown> {
  let reply: unknown;
  try {
    reply = await currentCall.run(call, async () => ask());
  } catch (error) {
    failed();
    throw error;
  }
  if (!isObject(reply) || !(reply['stream'] instanceof ReadableStream)) {
    ended();
    return reply;
  }
  return { ...reply, stream: watchedStream(reply['stream'], ended) };
}

/** The same parts; tells once when the last one was read, or when nobody reads on. */
function watchedStream(stream: ReadableStream, over: () => void): ReadableStream {
  let isOver = false;
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    over();
  };
  const parts = new TransformStream<unknown, unknown>({
    transform(part, controller) {
      // Tools may run before the stream is closed; what they do comes after this call.
      if (isObject(part) && (part['type'] === 'finish' || part['type'] === 'error')) end();
      controller.enqueue(part);
    },
    flush: end,
    cancel: end,
  });
  return stream.pipeThrough(parts);
}

function nameOf(model: object): CalledModel {
  const text = (name: string): string => {
    const value: unknown = Reflect.get(model, name);
    return typeof value === 'string' ? value : 'unknown';
  };
  return { provider: text('provider'), model: text('modelId') };
}

function prefixOf(options: unknown) {
  const { prompt, tools }: Readonly<Record<string, unknown>> = isObject(options) ? options : {};
  const messages: readonly unknown[] = Array.isArray(prompt) ? prompt : [];
  return {
    system: messages.filter((message) => isObject(message) && message['role'] === 'system'),
    tools: Array.isArray(tools) ? tools : [],
  };
}
