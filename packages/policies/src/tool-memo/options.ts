import type {
  AgentId,
  Milliseconds,
  PolicyMode,
  SessionId,
  TenantId,
} from '@entresol/runtime-core';
import {
  checkedEntries,
  checkFunctions,
  checkMode,
  checkNames,
  checkOneOf,
  checkPositive,
  checkText,
  checkTexts,
  checkWhole,
} from '@entresol/runtime-core/option-checks';
import { checkShared } from './shared-memo.ts';
import type { SharedMemoOptions } from './shared-memo.ts';

/** A tool whose results may be served again. The developer's word for it: it only reads, and no text comes of luck. */
export interface MemoTool {
  /** Age from which a result is no longer served; counted from before the tool ran. */
  readonly ttlMs: Milliseconds;
  /** Changes when the code or the data source of the tool does. Default `1`. */
  readonly version?: string;
  /** Tools that change what this one reads; a run of one makes all earlier results worthless. */
  readonly writtenBy?: readonly string[];
}

export interface ToolMemoOptions {
  /** By name. A tool that is not listed is never served. */
  readonly tools: Readonly<Record<string, MemoTool>>;
  /**
   * `single`: all sessions are one tenant's. `told`: the tenant is what the runtime's `tenantOf` said of the session's
   * calls; a session without one, or with two, is never served.
   */
  readonly tenants: 'single' | 'told';
  /** Who may share a result inside a tenant: the same text = the same rights. Undefined for one call = not served. Default: all. */
  readonly callerScope?: (caller: {
    readonly session: SessionId;
    readonly agent: AgentId;
    readonly tool: string;
    readonly tenant: TenantId | undefined;
  }) => string | undefined;
  readonly mode?: PolicyMode;
  /**
   * A store that other processes share. Only results of tools without `writtenBy` go there: writes elsewhere are not heard
   * of. Default none.
   */
  readonly shared?: SharedMemoOptions;
  /** Results held; the least recently used goes first. Default 10 000. */
  readonly maxEntries?: number;
  /** Results whose text is longer are not held; UTF-16 units. Default 100 000. */
  readonly maxResultLength?: number;
  /** How long a call waits for the same call that already runs. Default 30 000. */
  readonly waitMs?: Milliseconds;
}

const names = [
  'tools',
  'tenants',
  'callerScope',
  'mode',
  'shared',
  'maxEntries',
  'maxResultLength',
  'waitMs',
];

/** @throws {RangeError} naming the option, its value and its range */
export function checkOptions(options: ToolMemoOptions): void {
  checkNames(options, names);
  const { tools, tenants, callerScope, mode, shared } = options;
  checkMode(mode);
  checkOneOf('tenants', tenants ?? 'not set', ['single', 'told']);
  if (shared !== undefined) checkShared(shared);
  checkFunctions({ callerScope });
  for (const [name, tool] of checkedEntries('tools', tools ?? 'not set')) checkTool(name, tool);
  const { maxEntries, maxResultLength, waitMs } = options;
  checkWhole({ maxEntries, maxResultLength, waitMs });
}

function checkTool(name: string, tool: unknown): void {
  const at = `tools['${name}']`;
  checkNames(tool, ['ttlMs', 'version', 'writtenBy'], at);
  const { ttlMs, version, writtenBy } = Object.fromEntries(checkedEntries(at, tool));
  checkPositive({ [`${at}.ttlMs`]: ttlMs ?? 'not set' });
  checkText(`${at}.version`, version);
  checkTexts(`${at}.writtenBy`, writtenBy);
}
