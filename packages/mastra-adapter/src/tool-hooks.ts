import type { ToolOutcome } from '@entresol/runtime-core';
import { ask } from './app-watch.ts';
import type { AppWatch } from './app-watch.ts';
import { isObject } from './mastra-shape.ts';
import { currentScope, refOf } from './scope.ts';
import type { Dispatch } from './scope.ts';
import { outcomeOf } from './tool-outcome.ts';

/** What Mastra tells a tool hook. */
interface ToolUse {
  readonly toolName: string;
  readonly input: unknown;
  readonly context?: unknown;
  /** Of a tool that has run. */
  readonly output?: unknown;
  readonly error?: unknown;
}

type Hook = (use: ToolUse) => unknown;

/** Hooks around the tools of an agent; the app's own run inside of ours. */
export function toolHooks(own: unknown, watch: AppWatch): Readonly<Record<string, unknown>> {
  const before = hookOf(own, 'beforeToolCall');
  const after = hookOf(own, 'afterToolCall');
  const { interposer } = watch;
  const beforeToolCall = async (use: ToolUse): Promise<unknown> => {
    const dispatch = interposer.active ? currentScope.getStore()?.dispatch : undefined;
    if (dispatch === undefined) return before?.(use);
    begin(use, dispatch, watch);
    try {
      const answer = (await decide(use, dispatch, watch)) ?? (await before?.(use));
      // Mastra asks nothing after a tool that did not run.
      if (isObject(answer) && answer['proceed'] === false) {
        end(use, dispatch, watch, { type: 'tool-end', outcome: { how: 'not-run' } });
      }
      return answer;
    } catch (error) {
      end(use, dispatch, watch, { type: 'tool-fail', outcome: { how: 'not-run' } });
      throw error;
    }
  };
  const afterToolCall = async (use: ToolUse): Promise<void> => {
    const dispatch = currentScope.getStore()?.dispatch;
    if (dispatch !== undefined) {
      end(
        use,
        dispatch,
        watch,
        use.error === undefined
          ? { type: 'tool-end', outcome: outcomeOf(use.output) }
          : { type: 'tool-fail', outcome: { how: 'failed' } },
      );
    }
    await after?.(use);
  };
  return { ...(isObject(own) ? own : {}), beforeToolCall, afterToolCall };
}

function hookOf(hooks: unknown, name: string): Hook | undefined {
  const hook: unknown = isObject(hooks) ? hooks[name] : undefined;
  return typeof hook === 'function'
    ? (use): unknown => Reflect.apply(hook, hooks, [use])
    : undefined;
}

/** Undefined = the tool runs. */
async function decide(
  use: ToolUse,
  { session, path, tools }: Dispatch,
  watch: AppWatch,
): Promise<{ readonly proceed: false; readonly output: unknown } | undefined> {
  const { toolName, input, context } = use;
  const given: unknown = isObject(context) ? context['abortSignal'] : undefined;
  const signal = given instanceof AbortSignal ? given : undefined;
  const occasion = { type: 'tool', session, agent: path, tool: toolName, args: input } as const;
  const decided = await ask(watch, occasion, signal);
  if (decided?.verdict === 'reject') return { proceed: false, output: decided.reason };
  if (decided?.verdict === 'serve') return { proceed: false, output: decided.value };
  const open = tools.get(keyOf(use));
  if (open !== undefined) open.ran = decided?.ran;
  // The run was over before the tool began; nobody will hear how the tool ends.
  else decided?.ran?.({ how: 'no-value' });
  return undefined;
}

function begin(use: ToolUse, dispatch: Dispatch, { journal, faults }: AppWatch): void {
  dispatch.tools.set(keyOf(use), { name: use.toolName, ran: undefined });
  faults.guard(() => journal.tool('tool-start', use.toolName, refOf(dispatch)));
}

function end(
  use: ToolUse,
  dispatch: Dispatch,
  { journal, faults }: AppWatch,
  { type, outcome }: { readonly type: 'tool-end' | 'tool-fail'; readonly outcome: ToolOutcome },
): void {
  const open = dispatch.tools.get(keyOf(use));
  if (open === undefined) return;
  dispatch.tools.delete(keyOf(use));
  open.ran?.(outcome);
  faults.guard(() => journal.tool(type, use.toolName, refOf(dispatch)));
}

function keyOf({ toolName, context }: ToolUse): string {
  return `${toolName} ${idIn(context) ?? (isObject(context) ? idIn(context['agent']) : '') ?? ''}`;
}

function idIn(context: unknown): string | undefined {
  const id: unknown = isObject(context) ? context['toolCallId'] : undefined;
  return typeof id === 'string' ? id : undefined;
}
