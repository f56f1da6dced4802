import type { PassageVerdict, ToolOutcome } from '@entresol/runtime-core';
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

/** As Mastra asks them. */
interface ToolHooks {
  /** `{ proceed: false, output }` stands for the result of the tool; anything else lets it run. */
  readonly beforeToolCall: (use: ToolUse) => Promise<unknown>;
  readonly afterToolCall: (use: ToolUse) => Promise<void>;
}

/** Hooks around the tools of an agent; the app's own run inside of ours. */
export function toolHooks(own: unknown, watch: AppWatch): ToolHooks {
  const before = hookOf(own, 'beforeToolCall');
  const after = hookOf(own, 'afterToolCall');
  const { interposer } = watch;
  const beforeToolCall = async (use: ToolUse): Promise<unknown> => {
    const dispatch = interposer.active ? currentScope.getStore()?.dispatch : undefined;
    if (dispatch === undefined) return before?.(use);
    const decided = await decide(use, dispatch, watch);
    if (decided?.verdict === 'approve') return askUser(use, dispatch, decided);
    begin(use, dispatch, watch);
    try {
      const answer = answerOf(decided, use, dispatch) ?? (await before?.(use));
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

/** Undefined = go, at once. */
async function decide(
  use: ToolUse,
  { session, path, questions }: Dispatch,
  watch: AppWatch,
): Promise<PassageVerdict | undefined> {
  const { toolName: tool, input, context } = use;
  const given: unknown = isObject(context) ? context['abortSignal'] : undefined;
  const signal = given instanceof AbortSignal ? given : undefined;
  const occasion = { type: 'tool', session, agent: path, tool, args: input } as const;
  const id = idIn(context);
  const canAsk = id !== undefined && suspendIn(context) !== undefined;
  const decided = await ask(watch, occasion, { signal, canAsk });
  if (decided?.verdict !== 'approve' || id === undefined) return decided;
  if (!questions.isGranted(tool, id, input)) return decided;
  return decided.ran === undefined ? undefined : { verdict: 'go', ran: decided.ran };
}

/** Suspends the run the way Mastra does for a tool with `requireApproval`. The tool does not run now. */
async function askUser(
  { toolName: tool, input, context }: ToolUse,
  { session, path, questions }: Dispatch,
  { question, ran }: Extract<PassageVerdict, { readonly verdict: 'approve' }>,
): Promise<{ readonly proceed: false; readonly output: undefined }> {
  const toolCallId = idIn(context) ?? '';
  questions.ask({ session, agent: path, tool, toolCallId, question }, input);
  // Nobody should wait for a person: when it does run, the policies are asked again.
  ran?.({ how: 'not-run' });
  await suspendIn(context)?.({}, { requireToolApproval: true });
  return { proceed: false, output: undefined };
}

function suspendIn(context: unknown): ((payload: object, options: object) => unknown) | undefined {
  const suspend: unknown = isObject(context) ? context['suspend'] : undefined;
  if (typeof suspend !== 'function') return undefined;
  return (payload, options): unknown => Reflect.apply(suspend, undefined, [payload, options]);
}

/** Undefined = the tool runs. */
function answerOf(
  decided: PassageVerdict | undefined,
  use: ToolUse,
  { tools }: Dispatch,
): { readonly proceed: false; readonly output: unknown } | undefined {
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
