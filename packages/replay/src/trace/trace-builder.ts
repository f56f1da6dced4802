import { commonBlocks } from './common-blocks.ts';
import { declaredTopology } from './declared-topology.ts';
import { TraceError } from './trace-error.ts';
import { parseLine } from './trace-line.ts';
import type { LinePlace, TraceHeader, TraceLine } from './trace-line.ts';
import type { Trace, TraceCall } from './trace.ts';

export interface TraceOptions {
  /**
   * Which calls share a role prefix. `agent` (the default): those of one agent, or of one `role` where the line names
   * it. `agent-and-task`: of one agent and one task, the task being what follows the last `-` of the session.
   */
  readonly roles?: 'agent' | 'agent-and-task';
  /** Names the role prefix of a call; goes before `roles`. */
  readonly roleOf?: (line: TraceLine) => string;
  /** Only the calls of this workload: needed where an app with several graphs was recorded. */
  readonly workload?: string;
  /** Leave out lines with a fault instead of refusing the trace. */
  readonly skipBadLines?: boolean;
}

/** A trace as it was read. */
export interface TraceReading {
  readonly trace: Trace;
  /** Lines left out; 0 unless `skipBadLines`. */
  readonly skippedLines: number;
  /** Why, of the first ones. */
  readonly skipReasons: readonly TraceError[];
}

interface OpenSession {
  readonly calls: TraceCall[];
  readonly steps: Set<number>;
  readonly conversations: Map<string, { readonly index: number; last: TraceLine }>;
  lastStep: number;
}

const reasonsKept = 5;
/** Tokens of one block where a header names none. */
const defaultBlockTokens = 64;

/** Builds a trace line by line. */
export class TraceBuilder {
  readonly #file: string;
  readonly #options: TraceOptions;
  readonly #agents = new Map<string, number>();
  readonly #roles = new Map<string, number>();
  readonly #sessions = new Map<string, OpenSession>();
  #workload: string | undefined;
  #header: TraceHeader | undefined;
  #line = 0;
  #skipped = 0;
  readonly #reasons: TraceError[] = [];

  /** @param file - how errors call the trace */
  constructor(file: string, options: TraceOptions = {}) {
    this.#file = file;
    this.#options = options;
    this.#workload = options.workload;
  }

  /** @throws {TraceError} when the line has a fault, unless bad lines are skipped */
  add(text: string): void {
    this.#line += 1;
    if (text.trim() === '') return;
    try {
      this.#accept(text, { file: this.#file, line: this.#line });
    } catch (error) {
      if (!(error instanceof TraceError) || this.#options.skipBadLines !== true) throw error;
      this.#skipped += 1;
      if (this.#reasons.length < reasonsKept) this.#reasons.push(error);
    }
  }

  /** @throws {TraceError} `empty-trace` when no call was read */
  finish(): TraceReading {
    if (this.#sessions.size === 0) throw this.#empty();
    const agents = [...this.#agents.keys()];
    const topology = declaredTopology(this.#header, agents);
    return {
      trace: {
        workload: this.#workload ?? this.#file,
        agents,
        roles: this.#roles.size,
        sessions: [...this.#sessions].map(([id, { calls, conversations }]) => ({
          id,
          calls,
          conversations: conversations.size,
        })),
        ...(topology === undefined ? {} : { topology }),
        source: {
          name: this.#header?.source ?? this.#file,
          estimated: this.#header?.estimated ?? [],
        },
      },
      skippedLines: this.#skipped,
      skipReasons: this.#reasons,
    };
  }

  #accept(text: string, place: LinePlace): void {
    const line = parseLine(text, place);
    const { workload } = line;
    if (workload !== undefined && workload !== this.#workload) {
      if (this.#options.workload !== undefined) return;
      if (this.#workload !== undefined) throw mixed(workload, this.#workload, place);
    }
    if ('header' in line) {
      if (this.#sessions.size > 0 || this.#header !== undefined) throw late(place);
      this.#header = line;
      this.#workload ??= workload;
      return;
    }
    this.#call(line, place);
    this.#workload ??= workload;
  }

  #call(line: TraceLine, place: LinePlace): void {
    const session: OpenSession = this.#sessions.get(line.session) ?? {
      calls: [],
      steps: new Set(),
      conversations: new Map(),
      lastStep: -1,
    };
    checkStep(line, session, place);
    session.steps.add(line.step);
    session.lastStep = line.step;
    this.#sessions.set(line.session, session);
    const conversationKey = JSON.stringify([line.agent, line.parent]);
    const conversation = session.conversations.get(conversationKey);
    const index = conversation?.index ?? session.conversations.size;
    const reusedTokens = this.#reused(line, conversation?.last);
    session.conversations.set(conversationKey, { index, last: line });
    const tool = line.tool ?? line.stop;
    session.calls.push({
      agent: indexIn(this.#agents, line.agent),
      role: indexIn(this.#roles, this.#roleKey(line)),
      conversation: index,
      roleTokens: line.role_prompt_tokens,
      contextTokens: line.context_tokens,
      outputTokens: line.output_tokens,
      reusedTokens,
      ...times(line),
      ...(tool === undefined ? {} : { tool }),
    });
  }

  #roleKey(line: TraceLine): string {
    const { roleOf, roles = 'agent' } = this.#options;
    if (roleOf !== undefined) return roleOf(line);
    const role = line.role ?? line.agent;
    if (roles === 'agent') return role;
    return JSON.stringify([role, line.session.slice(line.session.lastIndexOf('-') + 1)]);
  }

  /** A call cannot have more in common with the one before than that one had. */
  #reused(line: TraceLine, previous: TraceLine | undefined): number {
    if (previous === undefined) return 0;
    let reused = line.lcp_tokens ?? 0;
    if (line.blocks !== undefined && previous.blocks !== undefined) {
      const common = commonBlocks(previous.blocks, line.blocks);
      const tokens = common * (this.#header?.block_size ?? defaultBlockTokens);
      reused = Math.max(0, tokens - line.role_prompt_tokens);
    }
    return Math.min(reused, previous.context_tokens + previous.output_tokens, line.context_tokens);
  }

  #empty(): TraceError {
    const [first] = this.#reasons;
    const wanted = this.#options.workload;
    const why = wanted === undefined ? 'has no call' : `has no call of workload "${wanted}"`;
    return new TraceError(
      first === undefined
        ? `${why}; give a file with one JSON document per LLM call`
        : `${why}: all ${this.#skipped} lines have a fault, the first: ${first.message}`,
      { code: 'empty-trace', file: this.#file, value: wanted, cause: first },
    );
  }
}

function checkStep({ session, step }: TraceLine, open: OpenSession, place: LinePlace): void {
  const at = { ...place, field: 'step', value: step };
  if (open.steps.has(step)) {
    throw new TraceError(
      `step ${step} of session "${session}" is there twice; give every call of a session its own step`,
      { ...at, code: 'duplicate-step' },
    );
  }
  if (step < open.lastStep) {
    throw new TraceError(
      `step ${step} of session "${session}" comes after step ${open.lastStep}; sort the lines of a session by step`,
      { ...at, code: 'step-order' },
    );
  }
}

function mixed(workload: string, first: string, place: LinePlace): TraceError {
  return new TraceError(
    `workload is "${workload}", and "${first}" before; a trace is of one workload: choose one of them`,
    { ...place, code: 'mixed-workloads', field: 'workload', value: workload },
  );
}

function late(place: LinePlace): TraceError {
  return new TraceError(
    'a header after the first call or a second one; put one header on the first line, and two recordings in two files',
    { ...place, code: 'late-header', field: 'header', value: true },
  );
}

function times({ t_start, t_end, api_time }: TraceLine): {
  readonly startedAtS?: number;
  readonly endedAtS?: number;
} {
  const end = t_end ?? (t_start === undefined ? undefined : t_start + (api_time ?? 0));
  return {
    ...(t_start === undefined ? {} : { startedAtS: t_start }),
    ...(end === undefined ? {} : { endedAtS: end }),
  };
}

function indexIn(indices: Map<string, number>, key: string): number {
  const index = indices.get(key) ?? indices.size;
  indices.set(key, index);
  return index;
}
