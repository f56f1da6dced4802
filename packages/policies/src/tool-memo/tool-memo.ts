import type {
  Directive,
  InlineOccasion,
  Policy,
  PolicyContext,
  RuntimeEvent,
  ToolOutcome,
} from '@entresol/runtime-core';
import { keptResult, valueOf } from './kept-result.ts';
import { canonicalText, sha256 } from './memo-key.ts';
import { MemoTable } from './memo-table.ts';
import type { Look } from './memo-table.ts';
import { checkOptions } from './options.ts';
import type { ToolMemoOptions } from './options.ts';
import { SharedMemo } from './shared-memo.ts';
import { SessionTenants } from './session-tenants.ts';

/** What the policy has done since it was made. */
export interface ToolMemoFigures {
  readonly served: number;
  /** Calls that were to run their tool. */
  readonly missed: number;
  readonly stored: number;
  /** Calls of listed tools that have no key: no tenant, no caller scope, or arguments that are not plain JSON. */
  readonly keyless: number;
  /** Starts and ends of tools that write. */
  readonly writes: number;
  /** Served from the shared store; in `served` too. */
  readonly shared: number;
  /** Times that the shared store threw or was late. */
  readonly storeFailures: number;
  /** Entries of the shared store that nobody with the secret wrote there under that key. */
  readonly forged: number;
}

export interface ToolMemo extends Policy {
  figures(): ToolMemoFigures;
}

type ToolOccasion = Extract<InlineOccasion, { readonly type: 'tool' }>;

/**
 * Exact memoization of tool results: the same call of the same tenant and scope runs once until its TTL is over or a
 * declared write passes. Fails open: whatever goes wrong is a miss.
 *
 * @throws {RangeError} naming the option that is out of range
 */
export function toolMemo(options: ToolMemoOptions): ToolMemo {
  checkOptions(options);
  const { tenants, callerScope, mode, maxResultLength = 100_000, waitMs = 30_000 } = options;
  const tools = new Map(Object.entries(options.tools));
  const table = new MemoTable({ maxEntries: options.maxEntries ?? 10_000, waitMs });
  const sessions = new SessionTenants();
  const epochs = new Map<string, number>();
  const figures = { served: 0, missed: 0, stored: 0, keyless: 0, writes: 0, shared: 0 };
  const shared = options.shared && new SharedMemo(options.shared);

  /** Across tenants too: who else sees what a tool wrote is not ours to guess. */
  const wrote = (writer: string): void => {
    for (const [name, { writtenBy }] of tools) {
      if (writtenBy?.includes(writer) !== true) continue;
      figures.writes += 1;
      epochs.set(name, (epochs.get(name) ?? 0) + 1);
    }
  };
  const textOf = ({ session, agent, tool, args }: ToolOccasion): string | undefined => {
    const tenant = tenants === 'told' ? sessions.of(session) : undefined;
    if (tenants === 'told' && tenant === undefined) return undefined;
    const scope = callerScope?.({ session, agent, tool, tenant });
    if (callerScope !== undefined && scope === undefined) return undefined;
    const version = tools.get(tool)?.version ?? '1';
    return canonicalText({ tenant: tenant ?? null, scope: scope ?? null, tool, version, args });
  };

  const inline = (occasion: InlineOccasion, { nowMs }: PolicyContext): readonly Directive[] => {
    if (occasion.type !== 'tool') return [];
    wrote(occasion.tool);
    const listed = tools.get(occasion.tool);
    if (listed === undefined) return [];
    const text = textOf(occasion);
    if (text === undefined) {
      figures.keyless += 1;
      return [];
    }
    const epoch = epochs.get(occasion.tool) ?? 0;
    const isShared = listed.writtenBy === undefined || listed.writtenBy.length === 0;
    let look: Look | undefined;
    const lookup = async (
      signal: AbortSignal,
    ): Promise<{ readonly value: unknown } | undefined> => {
      const key = await sha256(text);
      const asked = { key, epoch, nowMs };
      const found = await table.find(asked, signal);
      if (typeof found !== 'string') {
        figures.served += 1;
        return { value: valueOf(found.value) };
      }
      // A caller that gave up runs the tool for itself: the run under way is another's to end.
      if (found === 'run') {
        look = asked;
        const elsewhere = isShared ? await shared?.read(key, signal) : undefined;
        // Late: the tool may run already, and its end is what counts.
        if (elsewhere !== undefined && !signal.aborted) {
          look = undefined;
          table.landed(asked, elsewhere.kept, elsewhere.ttlMs);
          figures.served += 1;
          figures.shared += 1;
          return { value: valueOf(elsewhere.kept) };
        }
      }
      figures.missed += 1;
      return undefined;
    };
    const ran = (outcome: ToolOutcome): void => {
      if (look === undefined) return;
      const kept = keptResult(outcome, maxResultLength);
      if (kept !== undefined) figures.stored += 1;
      table.landed(look, kept, listed.ttlMs);
      if (kept !== undefined && isShared) void shared?.write(look.key, kept, listed.ttlMs);
    };
    return [{ kind: 'serve', lookup, withinMs: waitMs, ran }];
  };

  return {
    name: 'tool-memo',
    interference: 'endpoint',
    ...(mode === undefined ? {} : { mode }),
    observe(event: RuntimeEvent) {
      sessions.observe(event);
      const isTool = event.type === 'tool-start' || event.type === 'tool-end';
      if (isTool || event.type === 'tool-fail') wrote(event.tool);
    },
    act: { inline },
    figures: () => ({ storeFailures: 0, forged: 0, ...shared?.figures, ...figures }),
  };
}
