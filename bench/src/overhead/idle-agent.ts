import type { Run } from './compared.ts';

interface IdleModel {
  readonly specificationVersion: string;
  readonly provider: string;
  readonly modelId: string;
  doGenerate(options: object): Promise<object>;
}

type Hook = ((use: object) => unknown) | undefined;

/**
 * What the adapter sees of a Mastra app, and nothing behind it: an agent that asks its model and uses its tool in the order in
 * which Mastra does, in no time. What attaching adds to it is the adapter's own work.
 */
export function idleApp({ calls, tools }: { readonly calls: number; readonly tools: boolean }): {
  readonly mastra: object;
  readonly run: Run;
} {
  const agent = new IdleAgent(calls, tools);
  const mastra = {
    listAgents: () => ({ agent }),
    listWorkflows: () => ({}),
    getAgentById: () => agent,
    addAgent: () => undefined,
  };
  return { mastra, run: () => agent.generate('Where is order 7?', {}) };
}

const prompt = [
  { role: 'system', content: 'You are a clerk.' },
  { role: 'user', content: [{ type: 'text', text: 'Where is order 7?' }] },
];

const idleModel: IdleModel = {
  specificationVersion: 'v2',
  provider: 'none',
  modelId: 'none',
  doGenerate: () => Promise.resolve({ content: [] }),
};

class IdleAgent {
  readonly id = 'clerk';
  model: unknown = idleModel;
  readonly #calls: number;
  readonly #tools: boolean;

  constructor(calls: number, tools: boolean) {
    this.#calls = calls;
    this.#tools = tools;
  }

  async getModel({ modelConfig }: { readonly modelConfig?: unknown }): Promise<unknown> {
    return modelConfig;
  }

  resolveToolHooks(): Readonly<Record<string, Hook>> | undefined {
    return undefined;
  }

  async generate(_input: unknown, _options: object): Promise<object> {
    const { model } = this;
    const resolved: unknown = typeof model === 'function' ? await model({}) : model;
    if (!isIdleModel(resolved)) throw new TypeError('the model is none');
    const hooks = this.resolveToolHooks();
    for (let call = 1; call <= this.#calls; call += 1) {
      await resolved.doGenerate({ prompt });
      if (!this.#tools) continue;
      const use = { toolName: 'look', input: {}, context: { toolCallId: `call-${call}` } };
      await hooks?.['beforeToolCall']?.(use);
      await hooks?.['afterToolCall']?.({ ...use, output: 'seen' });
    }
    return { finishReason: 'stop' };
  }

  async stream(input: unknown, options: object): Promise<object> {
    return this.generate(input, options);
  }
}

function isIdleModel(value: unknown): value is IdleModel {
  return typeof value === 'object' && value !== null && 'doGenerate' in value;
}
