import { createRuntime } from '@entresol/runtime-core';
import type { Policy, Runtime, RuntimeEvent } from '@entresol/runtime-core';
import { ManualClock, seededRandom } from '@entresol/runtime-core/testing';
import { ChatOpenAI } from '@langchain/openai';
import { tool } from 'langchain';
import { z } from 'zod';
import type { ToolName } from './graph-plan.ts';
import { ScriptedEngine } from './scripted-engine.ts';
import { VirtualTime } from './virtual-time.ts';

/** Hears everything and decides nothing. */
function listener(events: RuntimeEvent[]): Policy {
  return {
    name: 'listener',
    mode: 'on',
    interference: 'none',
    observe: (event) => {
      events.push(event);
    },
    act: { inline: () => [], background: () => [] },
  };
}

/** Everything around one app: its time, its engine, its model client, and the runtime if it has one. */
export class World {
  readonly time: VirtualTime;
  readonly engine: ScriptedEngine;
  readonly clock = new ManualClock();
  readonly runtime: Runtime | undefined;
  readonly events: RuntimeEvent[] = [];
  readonly model: ChatOpenAI;
  /** Of the run that goes on now. */
  abort = new AbortController();
  readonly #visits = new Map<string, number>();

  constructor(seed: number, hasRuntime: boolean) {
    this.time = new VirtualTime(seed);
    this.engine = new ScriptedEngine(this.time);
    this.runtime = hasRuntime
      ? createRuntime({
          engines: this.engine,
          policies: [listener(this.events)],
          clock: this.clock,
          random: seededRandom(seed),
        })
      : undefined;
    this.model = new ChatOpenAI({
      model: 'scripted',
      apiKey: 'fake',
      maxRetries: 0,
      configuration: this.runtime?.client() ?? this.engine.transport,
    });
  }

  /** How often this was asked before with the same name. */
  visit(name: string): number {
    const nth = this.#visits.get(name) ?? 0;
    this.#visits.set(name, nth + 1);
    return nth;
  }

  /** One of the three tools: answers, throws, or asks the model. */
  tool(name: ToolName) {
    return tool(
      async ({ text }) => {
        const nth = this.visit(`tool ${text}`);
        await this.time.work(`tool ${text} ${nth}`);
        if (name === 'break') throw new RangeError(`the tool is broken at ${text}`);
        if (name === 'think') return (await this.model.invoke(`${text} thought ${nth}`)).text;
        return `${text} ${nth}`;
      },
      { name, description: `Does ${name}.`, schema: z.object({ text: z.string() }) },
    );
  }

  tools(names: readonly ToolName[]) {
    return [...new Set(names)].map((name) => this.tool(name));
  }
}
