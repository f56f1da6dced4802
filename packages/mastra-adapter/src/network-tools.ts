import type { AppWatch } from './app-watch.ts';
import { isObject } from './mastra-shape.ts';
import { currentScope } from './scope.ts';
import type { Scope } from './scope.ts';
import { toolHooks } from './tool-hooks.ts';

/** Runs of `agent.network()`. */
const networks = new WeakSet<Scope>();

export function noteNetwork(scope: Scope): void {
  networks.add(scope);
}

/** A network takes the tools of its agent as they are and asks no hooks: here they are put around each. */
export function networkTools(agent: object, list: () => unknown, watch: AppWatch): unknown {
  const scope = currentScope.getStore();
  if (scope?.owner !== agent || !networks.has(scope)) return list();
  return Promise.resolve(list()).then((tools) => hooked(tools, watch));
}

function hooked(tools: unknown, watch: AppWatch): unknown {
  if (!isObject(tools)) return tools;
  return Object.fromEntries(
    Object.entries(tools).map(([name, tool]) => [
      name,
      isObject(tool) ? throughHooks(name, tool, watch) : tool,
    ]),
  );
}

function throughHooks(toolName: string, tool: object, watch: AppWatch): object {
  const run: unknown = Reflect.get(tool, 'execute');
  if (typeof run !== 'function') return tool;
  const { beforeToolCall, afterToolCall } = toolHooks(undefined, watch);
  const execute = async (input: unknown, context: unknown): Promise<unknown> => {
    const use = { toolName, input, context };
    const decided = await beforeToolCall(use);
    if (isObject(decided) && decided['proceed'] === false) return decided['output'];
    let output: unknown;
    try {
      output = await Reflect.apply(run, tool, [input, context]);
    } catch (error) {
      await afterToolCall({ ...use, error });
      throw error;
    }
    await afterToolCall({ ...use, output });
    return output;
  };
  return new Proxy(tool, {
    get: (target, name) => (name === 'execute' ? execute : Reflect.get(target, name, target)),
  });
}
