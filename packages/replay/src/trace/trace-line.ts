import { z } from 'zod';
import { TraceError } from './trace-error.ts';

/** A prompt as hashes of blocks, run-length coded: `count` consecutive ids from `first` on. Equal ids = equal prefix. */
export type BlockRuns = readonly (readonly [first: number, count: number])[];

/** One LLM call as a trace file says it. Token counts are whole and not negative; times are seconds since the session began. */
export interface TraceLine {
  readonly workload?: string;
  readonly session: string;
  /** Position in the session; increases from line to line of a session. */
  readonly step: number;
  readonly agent: string;
  /** Which variant of the role prefix; equal names share their tokens. Absent = the agent's only one. */
  readonly role?: string;
  /** What called this agent (a sub-agent instance): with the agent, it names the conversation. */
  readonly parent?: string;
  readonly role_prompt_tokens: number;
  readonly context_tokens: number;
  readonly output_tokens: number;
  readonly lcp_tokens?: number;
  readonly blocks?: BlockRuns;
  readonly t_start?: number;
  readonly t_end?: number;
  readonly api_time?: number;
  readonly tool?: string;
  readonly stop?: string;
}

/** What the first line says about a workload. */
export interface TraceHeader {
  readonly header: true;
  readonly workload?: string;
  readonly source?: string;
  readonly estimated?: readonly string[];
  readonly block_size?: number;
  readonly declared_topology?: {
    readonly start?: string | null;
    /** Pairs of agent names; prose where the source has no fixed graph. */
    readonly edges?: unknown;
  };
}

const name = z.string().min(1);
const tokens = z.int().min(0);
const seconds = z.number().min(0);
const agentName = name.refine((text) => !['START', 'END', 'PAUSE'].includes(text), {
  error: 'is a reserved word: name the agent otherwise',
});

const lineSchema = z.object({
  workload: name.exactOptional(),
  session: name,
  step: z.int().min(0),
  agent: agentName,
  role: name.exactOptional(),
  parent: name.exactOptional(),
  role_prompt_tokens: tokens,
  context_tokens: tokens,
  output_tokens: tokens,
  lcp_tokens: tokens.exactOptional(),
  blocks: z.array(z.tuple([z.int(), z.int().min(1)])).exactOptional(),
  t_start: seconds.exactOptional(),
  t_end: seconds.exactOptional(),
  api_time: seconds.exactOptional(),
  tool: z.string().exactOptional(),
  stop: z.string().exactOptional(),
});

const headerSchema = z.object({
  header: z.literal(true),
  workload: name.exactOptional(),
  source: z.string().exactOptional(),
  estimated: z.array(z.string()).exactOptional(),
  block_size: z.int().min(1).exactOptional(),
  declared_topology: z
    .object({ start: name.nullable().exactOptional(), edges: z.unknown().exactOptional() })
    .exactOptional(),
});

/** Where a line stands: what an error says about it. */
export interface LinePlace {
  readonly file: string;
  readonly line: number;
}

/** @throws {TraceError} `not-json` or `bad-field` */
export function parseLine(text: string, place: LinePlace): TraceLine | TraceHeader {
  const value = parseJson(text, place);
  if (typeof value === 'object' && value !== null && 'header' in value) {
    return checked(headerSchema, value, place);
  }
  const line = checked(lineSchema, value, place);
  const { lcp_tokens = 0, context_tokens, t_start, t_end } = line;
  if (lcp_tokens > context_tokens) {
    throw new TraceError(
      `lcp_tokens is ${lcp_tokens}, more than the ${context_tokens} context_tokens of the call; it counts the context tokens that the previous call had too`,
      { ...place, code: 'bad-field', field: 'lcp_tokens', value: lcp_tokens },
    );
  }
  if (t_start !== undefined && t_end !== undefined && t_end < t_start) {
    throw new TraceError(
      `t_end is ${t_end}, before t_start ${t_start}; both are seconds since the session began`,
      { ...place, code: 'bad-field', field: 't_end', value: t_end },
    );
  }
  return line;
}

function parseJson(text: string, place: LinePlace): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TraceError(
      `is not JSON (${shown(text)}); a trace has one JSON document a line, and a line that breaks off is what a killed process leaves`,
      { ...place, code: 'not-json', value: text, cause },
    );
  }
}

function checked<T>(schema: z.ZodType<T>, value: unknown, place: LinePlace): T {
  const { data, error } = schema.safeParse(value);
  if (error === undefined) return data;
  const [issue] = error.issues;
  const path = issue?.path ?? [];
  const found = path.reduce<unknown>(member, value);
  const field = path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : `${text}${text && '.'}${String(key)}`,
    '',
  );
  throw new TraceError(
    `${field === '' ? 'the line' : field} is ${shown(found)}: ${issue?.message ?? 'not accepted'}; correct the line or leave it out`,
    { ...place, code: 'bad-field', ...(field === '' ? {} : { field }), value: found },
  );
}

function member(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? '');
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
