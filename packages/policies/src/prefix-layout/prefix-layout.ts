import type {
  Policy,
  PolicyContext,
  RequestBody,
  RequestLayout,
  RequestToLayOut,
  RuntimeEvent,
} from '@entresol/runtime-core';
import { DriftAlarm } from './drift-alarm.ts';
import type { PrefixDrift } from './drift.ts';
import { checkOptions } from './options.ts';
import type { PrefixLayoutOptions } from './options.ts';
import { partsOf } from './prompt-parts.ts';
import { StableTools } from './stable-tools.ts';
import { renameTools } from './tool-aliases.ts';
import { moveVolatile } from './volatile-text.ts';

/** Requests that it has seen and changed since it was made; in shadow, would have changed. */
export interface PrefixLayoutFigures {
  readonly requests: number;
  readonly toolsArranged: number;
  readonly toolsRenamed: number;
  readonly textMoved: number;
}

export interface PrefixLayout extends Policy {
  /** Parts of prompts that changed from one call of their agent to the next, as they are sent; newest last, 1 000 at most. */
  drifts(): readonly PrefixDrift[];
  figures(): PrefixLayoutFigures;
}

/**
 * Puts the stable part of a prompt first and keeps it the same, byte for byte, and says what still changes in it. What
 * carries meaning is moved only where the user says so. Fails open.
 *
 * @throws {RangeError} naming the option that is out of range
 */
export function prefixLayout(options: PrefixLayoutOptions = {}): PrefixLayout {
  checkOptions(options);
  const { mode, toolNames, onDrift } = options;
  const stableTools = new StableTools(options.toolOrder ?? 'once-changed');
  const patterns = (options.volatile ?? []).map(
    ({ source, flags }) => new RegExp(source, flags.includes('g') ? flags : `${flags}g`),
  );
  const alarm = new DriftAlarm(onDrift);
  const figures = { requests: 0, toolsArranged: 0, toolsRenamed: 0, textMoved: 0 };

  const arranged = (agent: string, body: RequestBody): RequestBody => {
    const before = body['tools'];
    if (!Array.isArray(before)) return body;
    const tools = stableTools.arrange(agent, before);
    if (tools === before) return body;
    figures.toolsArranged += 1;
    return { ...body, tools };
  };
  const layout = (
    request: RequestToLayOut,
    { nowMs }: PolicyContext,
  ): RequestLayout | undefined => {
    figures.requests += 1;
    const agent = JSON.stringify([
      request.workload,
      request.tenant ?? null,
      request.endpoint,
      request.agent,
    ]);
    const named =
      toolNames === undefined ? { body: request.body } : renameTools(request.body, toolNames);
    if (named.body !== request.body) figures.toolsRenamed += 1;
    const steady = arranged(agent, named.body);
    const body = patterns.length === 0 ? steady : moveVolatile(steady, patterns);
    if (body !== steady) figures.textMoved += 1;
    // What is sent is what an engine caches; in shadow that is what the app wrote.
    alarm.note(agent, partsOf(request.acts ? body : request.body), request, nowMs);
    return body === request.body ? undefined : { ...named, body };
  };

  return {
    name: 'prefix-layout',
    interference: 'endpoint',
    ...(mode === undefined ? {} : { mode }),
    observe(event: RuntimeEvent) {
      if (event.type === 'session-close') alarm.close(event.session);
    },
    act: { layout },
    drifts: () => alarm.drifts(),
    figures: () => ({ ...figures }),
  };
}
