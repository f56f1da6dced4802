import type { RunInput } from '@entresol/conformance';
import type { Agent } from '@mastra/core/agent';

/** Runs an agent as the input says, and gives what a user reads of it. */
export function agentRuns(agent: Agent): (input: RunInput) => Promise<unknown> {
  /** The run of each session that may be resumed. */
  const last = new Map<string | undefined, string>();
  return async (input) => {
    const { session, resume = false, answer = true } = input;
    if (!resume) return runAgent(agent, input, (runId) => last.set(session, runId));
    const runId = last.get(session) ?? '';
    const { text, finishReason } = answer
      ? await agent.approveToolCallGenerate({ runId })
      : await agent.declineToolCallGenerate({ runId });
    return { text, finishReason };
  };
}

async function runAgent(
  agent: Agent,
  input: RunInput,
  began: (runId: string) => void,
): Promise<unknown> {
  const { prompt, mode, session, signal } = input;
  const options = {
    ...(session === undefined ? {} : { memory: { thread: session, resource: 'R' } }),
    ...(signal === undefined ? {} : { abortSignal: signal }),
  };
  if (mode === 'whole') {
    const { text, finishReason, steps, error, runId = '' } = await agent.generate(prompt, options);
    began(runId);
    return { text, finishReason, error: describe(error), steps: steps.map((step) => step.text) };
  }
  const output = await agent.stream(prompt, options);
  const parts: unknown[] = [];
  for await (const part of output.fullStream) {
    parts.push([part.type, part.type === 'text-delta' ? part.payload.text : undefined]);
  }
  return { parts, error: describe(output.error) };
}

interface WorkflowOutput {
  readonly fullStream: AsyncIterable<{ readonly type: string }>;
  readonly result: Promise<unknown>;
}

interface Prompt {
  readonly prompt: string;
}

interface WorkflowRun {
  start(options: { readonly inputData: Prompt }): Promise<unknown>;
  stream(options: { readonly inputData: Prompt }): WorkflowOutput;
  resume(options: {
    readonly resumeData: Prompt | { readonly approved: boolean };
  }): Promise<unknown>;
  cancel(): Promise<unknown>;
}

/** As much of a workflow as the suite uses. */
interface RunnableWorkflow {
  createRun(options?: { readonly runId: string }): Promise<WorkflowRun>;
}

/** Runs a workflow as the input says; the session is the id of the run. */
export function workflowRuns(workflow: RunnableWorkflow): (input: RunInput) => Promise<unknown> {
  return async ({ prompt, mode, session, signal, resume = false, answer }) => {
    const run = await workflow.createRun(session === undefined ? undefined : { runId: session });
    signal?.addEventListener('abort', () => void run.cancel(), { once: true });
    if (resume) {
      const yes = { prompt: `${prompt} yes` };
      const resumeData = answer === undefined ? yes : { approved: answer };
      return said(await run.resume({ resumeData }));
    }
    if (mode === 'whole') return said(await run.start({ inputData: { prompt } }));
    const output = run.stream({ inputData: { prompt } });
    const parts: string[] = [];
    for await (const { type } of output.fullStream) parts.push(type);
    return { parts, ...said(await output.result) };
  };
}

/** Of what a workflow gives: how it ended, and with what. */
function said(result: unknown): { readonly status?: unknown; readonly result?: unknown } {
  if (typeof result !== 'object' || result === null) return { result };
  const read = (key: string): unknown => Reflect.get(result, key);
  return { status: read('status'), result: read('result') ?? describe(read('error')) };
}

/** Mastra gives errors as plain objects, too; their stack and the port in their URL differ from run to run. */
function describe(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return error;
  return { name: Reflect.get(error, 'name'), message: Reflect.get(error, 'message') };
}
