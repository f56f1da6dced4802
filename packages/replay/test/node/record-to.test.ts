import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createRuntime } from '@entresol/runtime-core';
import { FakeDriver, scriptedLink } from '@entresol/runtime-core/testing';
import { expect, it, onTestFinished } from 'vitest';
import { readTrace, recordTo } from '../../src/node/index.ts';
import type { TraceRecording, TraceRecordingReport } from '../../src/node/index.ts';

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'record-to-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** An app of one agent that asks twice. @returns the replies' status codes, and what was recorded */
async function runApp(
  recording: TraceRecording,
): Promise<{ readonly statuses: readonly number[]; readonly report: TraceRecordingReport }> {
  const runtime = createRuntime({ engines: new FakeDriver(), policies: [recording] });
  runtime.link(scriptedLink(() => ({ agent: 'answerer', session: 'thread-1' })));
  const { baseURL, fetch } = runtime.client();
  const statuses: number[] = [];
  const messages = [
    { role: 'system', content: 'You answer.' },
    { role: 'user', content: 'a secret question' },
  ];
  for (const turn of ['again', 'and again']) {
    const response = await fetch(`${baseURL}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'm', messages }),
    });
    await response.text();
    statuses.push(response.status);
    messages.push({ role: 'assistant', content: 'yes' }, { role: 'user', content: turn });
  }
  await runtime.close();
  return { statuses, report: await recording.close() };
}

it('records an app into a private file without its text', async () => {
  const path = join(await newFolder(), 'trace.jsonl');
  const { statuses, report } = await runApp(recordTo(path));
  expect(statuses).toEqual([200, 200]);
  expect(report).toMatchObject({ calls: 2, failure: undefined });
  expect(((await stat(path)).mode & 0o777).toString(8)).toBe('600');
  expect(await readFile(path, 'utf8')).not.toMatch(/secret|thread-1|You answer/u);
  const { trace } = await readTrace(path);
  const [first, second] = trace.sessions[0]?.calls ?? [];
  expect(trace.sessions).toHaveLength(1);
  // The second prompt begins with the whole first one.
  expect(second?.reusedTokens).toBeGreaterThanOrEqual(first?.contextTokens ?? Infinity);
});

it('never hurts the app when the file cannot be written, and says so', async () => {
  const warned = once(process, 'warning');
  const path = join(await newFolder(), 'absent', 'trace.jsonl');
  const { statuses, report } = await runApp(recordTo(path));
  expect(statuses).toEqual([200, 200]);
  expect(report.calls).toBe(0);
  expect(report.unrecorded.dropped).toBe(2);
  expect(report.failure).toContain(path);
  const [warning]: unknown[] = await warned;
  expect(String(warning)).toContain('nothing more is recorded');
});

it('records over a file only where it is told to, and makes it private', async () => {
  const path = join(await newFolder(), 'trace.jsonl');
  await writeFile(path, 'precious', { mode: 0o644 });
  const refused = await runApp(recordTo(path));
  expect(refused.report.failure).toContain('overwrite');
  expect(await readFile(path, 'utf8')).toBe('precious');
  const { report } = await runApp(recordTo(path, { overwrite: true }));
  expect(report.calls).toBe(2);
  expect(((await stat(path)).mode & 0o777).toString(8)).toBe('600');
});

it('drops and counts what the disk cannot take', async () => {
  const path = join(await newFolder(), 'trace.jsonl');
  const { statuses, report } = await runApp(recordTo(path, { maxBufferedBytes: -1 }));
  expect(statuses).toEqual([200, 200]);
  expect(report).toMatchObject({ calls: 0, unrecorded: { dropped: 2 } });
});
