import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { blockLoad } from '../../src/index.ts';
import { readTrace } from '../../src/node/index.ts';

const folder =
  process.env['ENTRESOL_TRACES'] ?? join(import.meta.dirname, '../../../../../shared/traces');

describe('readTrace', () => {
  it('names the file that cannot be read', async () => {
    await expect(readTrace('/absent/trace.jsonl')).rejects.toMatchObject({
      name: 'TraceError',
      code: 'unreadable-file',
      file: '/absent/trace.jsonl',
    });
  });

  it('is as clear about a folder', async () => {
    await expect(readTrace(import.meta.dirname)).rejects.toMatchObject({ code: 'unreadable-file' });
  });
});

// Calls, sessions, agents and declared edges as counted in the files by hand.
describe.skipIf(!existsSync(folder))('the public traces', () => {
  it.each([
    ['chatdev', 1249, 74, 8, 16],
    ['magentic_ww', 1610, 58, 4, 9],
    ['captain_ww', 670, 126, 176, undefined],
    ['marble_research', 6116, 179, 10, undefined],
    ['mad_debate', 2763, 200, 4, 9],
    ['claude_code', 4100, 49, 5, undefined],
  ])('%s is read whole', async (name, calls, sessions, agents, edges) => {
    const { trace, skippedLines } = await readTrace(join(folder, `${name}.jsonl`));
    expect(skippedLines).toBe(0);
    expect(trace.workload).toBe(name);
    expect(trace.sessions).toHaveLength(sessions);
    expect(trace.sessions.flatMap((session) => session.calls)).toHaveLength(calls);
    expect(trace.agents).toHaveLength(agents);
    expect(trace.topology?.edges.length).toBe(edges);
    const reused = blockLoad(trace).sessions.flat();
    expect(reused.some((call) => call.reusedBlocks > call.roleBlocks)).toBe(true);
  });

  it('has a profile per agent and task in marble_research', async () => {
    const path = join(folder, 'marble_research.jsonl');
    const { trace } = await readTrace(path, { roles: 'agent-and-task' });
    expect(trace.roles).toBe(276);
  });
});
