import type { AgentId, Policy, RequestBody, Runtime } from '@entresol/runtime-core';
import { createRuntime } from '@entresol/runtime-core';
import { FakeDriver } from '@entresol/runtime-core/testing';
import type { FakeReply } from '@entresol/runtime-core/testing';
import { byteDiff } from './byte-diff.ts';
import { headChanges, textOf } from './compare-prompts.ts';
import type { ChangedPart } from './drift.ts';
import { partsOf, toolName } from './prompt-parts.ts';
import type { PromptParts } from './prompt-parts.ts';
import { UnstablePrefixError } from './unstable-prefix-error.ts';

/**
 * Builds the app on the runtime's client and attaches it, with the adapter of its framework: `attach(app, runtime)`.
 *
 * @returns runs it once
 */
export type BuildApp<Input> = (
  runtime: Runtime,
) => ((input: Input) => Promise<unknown>) | Promise<(input: Input) => Promise<unknown>>;

export interface StablePrefixOptions {
  /** What the model says; by default a short text, without calls of tools. */
  readonly reply?: (request: RequestBody) => FakeReply;
  /** Policies between the app and the model, such as `prefixLayout({ mode: 'on' })`. Default: none, so that the app itself is tested. */
  readonly policies?: readonly Policy[];
  /** Times that all inputs are run, each with an app of its own, at least 1. Default 2: what an app makes up when it starts shows too. */
  readonly rounds?: number;
  /** Runs between two rounds: where a fake clock moves on, for instance to tomorrow. */
  readonly between?: () => void;
}

/** What was checked: per agent, its calls and how many bytes each of them began with alike. */
export type StablePrefixes = Readonly<
  Record<AgentId, { readonly calls: number; readonly bytes: number }>
>;

interface SentPrompt {
  readonly agent: AgentId;
  readonly parts: PromptParts;
}

/**
 * Runs an app without an engine and fails when the prompts of one of its agents do not all begin with the same
 * instructions and tools, byte for byte, since no engine can then use what it has cached. For vitest, `node:test` or
 * plain assert: it throws.
 *
 * @throws {UnstablePrefixError} with the agent, the part and the first byte that differs; or when no call came through
 * the runtime's client, so that nothing was checked
 * @throws {RangeError} when `rounds` is not a whole number of 1 or more
 */
export async function expectStablePrefix<Input>(
  buildApp: BuildApp<Input>,
  inputs: readonly Input[],
  { reply, policies = [], rounds = 2, between }: StablePrefixOptions = {},
): Promise<StablePrefixes> {
  if (!(Number.isSafeInteger(rounds) && rounds > 0)) {
    throw new RangeError(`rounds must be a whole number of 1 or more, got ${rounds}`);
  }
  const sent: SentPrompt[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (round > 0) between?.();
    sent.push(...(await promptsOf(buildApp, inputs, { policies, ...(reply && { reply }) })));
  }
  return checked(sent);
}

async function promptsOf<Input>(
  buildApp: BuildApp<Input>,
  inputs: readonly Input[],
  {
    policies,
    reply,
  }: {
    readonly policies: readonly Policy[];
    readonly reply?: NonNullable<StablePrefixOptions['reply']>;
  },
): Promise<readonly SentPrompt[]> {
  const engine = new FakeDriver(reply === undefined ? {} : { reply });
  const runtime = createRuntime({ engines: engine, policies });
  try {
    const run = await buildApp(runtime);
    for (const input of inputs) await run(input);
  } finally {
    await runtime.close();
  }
  return engine.requests.flatMap(({ body, draft }) =>
    draft === undefined ? [] : [{ agent: draft.agent, parts: partsOf(body) }],
  );
}

function checked(sent: readonly SentPrompt[]): StablePrefixes {
  if (sent.length === 0) {
    throw new UnstablePrefixError(
      'no call of an agent came through runtime.client(), so nothing was checked: give the client to the models and attach the app',
      { code: 'nothing-checked' },
    );
  }
  const stable: Record<AgentId, { calls: number; bytes: number }> = {};
  for (const [agent, prompts] of Map.groupBy(sent, (prompt) => prompt.agent)) {
    const [first] = prompts;
    if (first === undefined) continue;
    for (const [at, { parts }] of prompts.entries()) compare(agent, at + 1, first.parts, parts);
    const { head, tools } = first.parts;
    const text = [...head, ...tools].map(textOf).join('');
    stable[agent] = { calls: prompts.length, bytes: Buffer.byteLength(text) };
  }
  return stable;
}

function compare(agent: AgentId, call: number, before: PromptParts, after: PromptParts): void {
  const [change] = headChanges(before, after);
  if (change === undefined) return;
  const expected = textIn(before, change.what);
  const actual = textIn(after, change.what);
  const guess = change.looksLike === 'text' ? '' : `, where a ${change.looksLike} stands`;
  throw new UnstablePrefixError(
    `the prefix of ${agent} changes: call ${call} differs at byte ${change.atByte} of ${nameOf(change.what)}${guess}\n${byteDiff(expected, actual)}`,
    { code: 'unstable-prefix', value: { ...change, agent, call }, actual, expected },
  );
}

function textIn({ head, tools, history }: PromptParts, what: ChangedPart): string {
  switch (what.part) {
    case 'system':
      return textOf(head[what.message]);
    case 'tool':
      return textOf(tools.find((tool) => toolName(tool) === what.tool));
    case 'tool-order':
      return tools.map(toolName).join(', ');
    case 'message':
      return textOf(history[what.message]);
    default:
      return unreachable(what);
  }
}

function nameOf(what: ChangedPart): string {
  switch (what.part) {
    case 'system':
      return `system message ${what.message}`;
    case 'tool':
      return `tool ${what.tool} (${what.how})`;
    case 'tool-order':
      return 'the tools: their order';
    case 'message':
      return `message ${what.message}`;
    default:
      return unreachable(what);
  }
}

function unreachable(value: never): never {
  throw new TypeError(`unhandled part: ${JSON.stringify(value)}`);
}
