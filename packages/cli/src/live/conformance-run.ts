import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { ConformanceReport } from './live-document.ts';

/** What a vitest run writes, as far as it is read. */
const reportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(
    z.object({
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({
          status: z.string(),
          title: z.string(),
          ancestorTitles: z.array(z.string()),
        }),
      ),
    }),
  ),
});

const root = fileURLToPath(new URL('../../../..', import.meta.url));
/** The suite's title: `engine driver NAME (lacks ABILITY: REASON; …)`. */
const gapsInTitle = /\(lacks (.+)\)$/;

/** Runs a driver's live conformance test against a server that is running. Rejects when the suite cannot be run. */
export async function runConformance(
  testFile: string,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<ConformanceReport> {
  const folder = await mkdtemp(join(tmpdir(), 'entresol-conformance-'));
  const outputFile = join(folder, 'report.json');
  try {
    const output = await runVitest(
      [testFile, '--reporter=json', `--outputFile=${outputFile}`],
      environment,
      signal,
    );
    const text = await readFile(outputFile, 'utf8').catch(() => {
      throw new Error(`the conformance suite did not run: ${output}`);
    });
    return summarise(reportSchema.parse(JSON.parse(text)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function summarise(report: z.infer<typeof reportSchema>): ConformanceReport {
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const [suite = ''] = tests.flatMap(({ ancestorTitles }) => ancestorTitles);
  const failed = tests.filter(({ status }) => status === 'failed');
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    declaredGaps: gapsInTitle.exec(suite)?.[1]?.split('; ') ?? [],
    failures: failed.map(({ ancestorTitles, title }) =>
      [...ancestorTitles.slice(1), title].join(' > '),
    ),
  };
}

const keptCharacters = 4_000;

async function runVitest(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted();
  const program = join(
    dirname(createRequire(join(root, 'package.json')).resolve('vitest/package.json')),
    'vitest.mjs',
  );
  const child = spawn(process.execPath, [program, 'run', ...args], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (text: unknown): void => {
    output = `${output}${String(text)}`.slice(-keptCharacters);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const stop = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  child.on('error', reject);
  child.on('close', () => (signal.aborted ? reject(signal.reason) : resolve(output)));
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
