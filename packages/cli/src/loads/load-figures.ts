import { planRequests } from '../arm/planned-requests.ts';
import type { GraphName } from '../demo/example-names.ts';

/** What one example asks of an engine, counted over its scripted sessions. */
export interface LoadFigures {
  readonly graph: GraphName;
  readonly seed: number;
  readonly sessions: number;
  readonly agents: number;
  readonly callsPerSession: {
    readonly mean: number;
    readonly least: number;
    readonly most: number;
  };
  /** Characters of tools and messages of one request, as JSON. */
  readonly requestCharacters: { readonly mean: number; readonly most: number };
}

/** Runs the example's script against a driver that answers at once; nothing is computed. */
export async function loadFigures(
  of: Pick<LoadFigures, 'graph' | 'seed' | 'sessions'>,
  signal: AbortSignal,
): Promise<LoadFigures> {
  const requests = await planRequests({ ...of, concurrency: 8 }, signal);
  const calls = new Map<string, number>();
  let characters = 0;
  let most = 0;
  for (const { session, messages } of requests) {
    calls.set(session, (calls.get(session) ?? 0) + 1);
    const length = messages.reduce((sum, message) => sum + message.length, 0);
    characters += length;
    most = Math.max(most, length);
  }
  const perSession = [...calls.values()];
  return {
    ...of,
    agents: new Set(requests.map(({ agent }) => agent)).size,
    callsPerSession: {
      mean: requests.length / of.sessions,
      least: Math.min(...perSession),
      most: Math.max(...perSession),
    },
    requestCharacters: { mean: characters / requests.length, most },
  };
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

/** The table of an example's README. */
export function loadTable(figures: LoadFigures): string {
  const { graph, seed, sessions, agents, callsPerSession, requestCharacters } = figures;
  const { mean, least, most } = callsPerSession;
  const rows = [
    ['per session', ''],
    ['model calls', `${mean.toFixed(1)} on average, ${least} to ${most}`],
    [
      'characters of a request',
      `${whole(requestCharacters.mean)} on average, ${whole(requestCharacters.most)} at most`,
    ],
  ] as const;
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head, ...body] = rows.map(line);
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [
    `\`npm run -s bench:loads -- --graph ${graph}\`: ${sessions} scripted sessions of seed ${seed}, ${agents} agents.`,
    '',
    head,
    rule,
    ...body,
  ].join('\n');
}
