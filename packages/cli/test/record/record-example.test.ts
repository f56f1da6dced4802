import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planSessions } from '@entresol/example-support-desk';
import { readTrace } from '@entresol/replay/node';
import { expect, it, onTestFinished } from 'vitest';
import { recordExample } from '../../src/record/record-example.ts';

it(
  'records a graph on the embedded engine; the trace has the counts of the engine itself',
  { timeout: 120_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'record-example-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const out = join(folder, 'desk.jsonl');
    const { recording, engine } = await recordExample(
      {
        graph: 'support-desk',
        out,
        overwrite: false,
        sessions: 2,
        concurrency: 2,
        seed: 7,
        thinkScale: 0,
      },
      new AbortController().signal,
    );
    const { trace } = await readTrace(out);
    const calls = trace.sessions.flatMap((session) => session.calls);
    expect(recording.unrecorded).toEqual({ failed: 0, withoutUsage: 0, dropped: 0 });
    expect(calls).toHaveLength(engine.requests);
    expect(calls).toHaveLength(recording.calls);
    const promptTokens = calls.reduce((sum, call) => sum + call.roleTokens + call.contextTokens, 0);
    expect(promptTokens).toBe(engine.promptTokens);
    expect(trace.workload).toBe('support-desk');
    expect(trace.sessions).toHaveLength(2);
    expect(trace.topology?.agents).toEqual(trace.agents);
    expect(calls.every((call) => call.roleTokens > 0)).toBe(true);
    // The desk's agents read a history that grows.
    expect(calls.some((call) => call.reusedTokens > 0)).toBe(true);
    const written = await readFile(out, 'utf8');
    for (const { id, turns } of planSessions({ seed: 7, sessions: 2 })) {
      expect(written).not.toContain(id);
      for (const { text } of turns) expect(written).not.toContain(text);
    }
  },
);
