import { createRuntime } from '@entresol/runtime-core';
import type { Ability, FrameworkPort, Policy, SessionId, TenantId } from '@entresol/runtime-core';
import { FakeDriver, ManualClock, countingIds } from '@entresol/runtime-core/testing';

/** One call of a tool by an agent. */
interface ToolCall {
  readonly session: SessionId;
  readonly tool: string;
  readonly args: unknown;
  /** The tool itself. */
  readonly run: () => unknown;
}

/** Tools that are called through a runtime, without a graph around them. */
export interface ToolCalls {
  /** Asks first, runs the tool where it may, and says how it ended, as an adapter does. */
  readonly call: (call: ToolCall) => Promise<unknown>;
  /** Says whose the session is. */
  readonly own: (session: SessionId, tenant: TenantId) => void;
  readonly close: () => Promise<void>;
}

const port: FrameworkPort = { can: new Set<Ability>(['serve-tool']) };

export function openToolCalls(policies: readonly Policy[]): ToolCalls {
  const clock = new ManualClock();
  const runtime = createRuntime({
    engines: new FakeDriver(),
    clock,
    ids: countingIds(),
    policies,
  });
  const at = { atMs: 0, workload: 'tools', dispatch: 'd' } as const;
  return {
    async call({ session, tool, args, run }) {
      const asked = runtime.passage({ type: 'tool', session, agent: 'caller', tool, args }, port);
      const decided = (await asked) ?? { verdict: 'go' };
      if (decided.verdict === 'serve') return decided.value;
      if (decided.verdict !== 'go') throw new TypeError(`${tool} met a ${decided.verdict}`);
      runtime.observe({ type: 'tool-start', ...at, session, tool });
      const value = await run();
      runtime.observe({ type: 'tool-end', ...at, session, tool });
      decided.ran?.({ how: 'returned', value });
      return value;
    },
    own(session, tenant) {
      const call = { call: `first of ${session}`, agent: 'caller', prefixes: [], attempt: 1 };
      runtime.observe({ type: 'call-start', ...at, session, tenant, ...call });
    },
    close: () => runtime.close(),
  };
}
