import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { cacheSage } from '@entresol/cachesage';
import { replayDecisions } from '@entresol/runtime-core';
import type { RuntimeRecord } from '@entresol/runtime-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startChatServer } from './chat-server.ts';
import { reportShape } from './report-shape.ts';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command the way `npm start` does, to its end. */
async function entresol(...args: string[]): Promise<Ended> {
  const script = join(import.meta.dirname, '../../../scripts/entresol.mjs');
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.on('close', resolve);
  const [code, stdout, stderr] = await Promise.all([
    promise,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, stdout, stderr };
}

describe('the command', { timeout: 60_000 }, () => {
  test('prints help on stdout', async () => {
    const ended = await entresol('demo', '--help');
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toContain('Usage: entresol demo');
  });

  test('ends with 2 on a mistake and leaves stdout empty', async () => {
    const ended = await entresol('demo', '--graph', 'poem');
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(/'poem'.*support-desk/u);
  });

  test('ends with 2 on a model that is not there, before anything starts', async () => {
    const ended = await entresol('demo', '--model', '/absent.gguf', '--json');
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain('/absent.gguf');
  });

  test('ends with 1 and the reason when the server does not answer', async () => {
    const ended = await entresol('demo', '--engine', 'http://127.0.0.1:9/v1', '--json');
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toContain('http://127.0.0.1:9/v1/models does not answer');
  });
});

describe('a run against a server of your own', { timeout: 60_000 }, () => {
  const small = ['--sessions', '1', '--load', 'saturated'];

  test('prints one JSON document that says what the server said', async () => {
    const baseURL = await startChatServer('ROUTE: reply');
    const ended = await entresol('demo', '--engine', baseURL, '--json', ...small);
    expect(ended.stderr).toContain('support-desk/saturated unmodified 100%');
    expect(ended.code).toBe(0);
    const document: unknown = JSON.parse(ended.stdout);
    expect(document).toEqual(reportShape(['unmodified']));
    expect(document).toMatchObject({
      engine: { name: baseURL, model: 'test-model', weights: 'real' },
      workloads: [
        {
          arms: { unmodified: { hitRate: 0.75, netHitRate: 0.75, cachedByTier: null } },
          prediction: null,
          stateBytes: null,
        },
      ],
    });
  });

  test('prints a table that claims no comparison', async () => {
    const baseURL = await startChatServer('ROUTE: reply');
    const ended = await entresol('demo', '--engine', baseURL, ...small);
    expect(ended.stdout).toContain('nothing to compare');
    expect(ended.stdout).toMatch(/unmodified +75 %/u);
    expect(ended.stdout).toContain(`npm start -- --load saturated --sessions 1`);
  });
});

describe('a run on the embedded engine', { timeout: 300_000 }, () => {
  test('sends the same prompts in both arms and records what decides again the same way', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'entresol-record-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const recording = join(folder, 'run.jsonl');
    // Two slots and a small tier, so that one session has something to rank.
    const one = ['--quick', '--json', '--sessions', '1', '--concurrency', '1', '--slots', '2'];
    const ended = await entresol('demo', ...one, '--tier-mib', '6', '--record', recording);
    // The code is 1 when the prompts of the arms differ.
    expect(ended).toMatchObject({ code: 0, stderr: expect.stringContaining('smoke run') });
    const document: unknown = JSON.parse(ended.stdout);
    expect(document).toEqual(reportShape(['unmodified', 'cachesage']));
    expect(document).toMatchObject({
      engine: { name: 'llama.cpp', weights: 'random', slots: 2 },
      workloads: [{ name: 'support-desk', sessions: 1, agents: 9 }],
    });
    const lines = (await readFile(recording, 'utf8')).trim().split('\n');
    const records = lines.map((line): RuntimeRecord => JSON.parse(line));
    const replay = replayDecisions(records, [cacheSage({ mode: 'on' })]);
    expect(replay.decisions).toBeGreaterThan(10);
    expect(replay.divergences).toEqual([]);
  });
});
