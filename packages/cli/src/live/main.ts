import process from 'node:process';
import { engineText, isSound } from '../doctor/engine-text.ts';
import { renderFinalReport } from '../report/final-report.ts';
import { comparePrompts } from '../report/prompt-equality.ts';
import { exitCodes, StopRequest, stopOnSignals } from '../stop-request.ts';
import { createPalette } from '../terminal/palette.ts';
import { isFound } from './broken/examine-broken.ts';
import type { LiveDocument } from './live-document.ts';
import { liveHelp, LiveUsageError, parseLiveOptions } from './live-options.ts';
import { runLive, type LiveRun } from './run-live.ts';

const unavailable = 3;

const stop = stopOnSignals(process);

try {
  const options = parseLiveOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(liveHelp);
  else {
    const run = await runLive(options, {
      signal: stop.signal,
      say: (line) => process.stderr.write(`${line}\n`),
    });
    process.stdout.write(
      options.json ? `${JSON.stringify(run.document, undefined, 2)}\n` : `${textOf(run)}\n`,
    );
    if (run.document.status === 'unavailable') process.exitCode = unavailable;
    else if (!isConforming(run.document)) process.exitCode = exitCodes.failed;
  }
} catch (error) {
  if (error instanceof StopRequest) {
    process.stderr.write('Stopped, and the server with it.\n');
    process.exitCode = error.exitCode;
  } else {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof LiveUsageError ? exitCodes.mistake : exitCodes.failed;
  }
}

function isConforming({ conformance, doctor, broken }: LiveDocument): boolean {
  return conformance?.failed === 0 && doctor !== null && isSound(doctor) && broken.every(isFound);
}

function textOf({ document, report, demo, results }: LiveRun): string {
  const { engine, version, status, reason, conformance, doctor } = document;
  const head = `${engine} (${version ?? 'no version'}): ${status}${reason === null ? '' : `, ${reason}`}`;
  if (report === undefined || conformance === null || doctor === null) return head;
  const { passed, failed, declaredGaps, failures } = conformance;
  const prompts = comparePrompts(
    demo.arms.map((name) => ({
      name,
      requests: [...results.values()].flatMap((arms) => arms.get(name)?.requests ?? []),
    })),
  );
  return [
    head,
    `conformance: ${passed} passed, ${failed} failed`,
    ...failures.map((failure) => `  failed: ${failure}`),
    ...declaredGaps.map((gap) => `  declared gap: ${gap}`),
    '',
    engineText(doctor),
    'Broken on purpose, by a proxy in front of it:',
    ...document.broken.map(
      (one) =>
        `  ${one.fault}: ${isFound(one) ? 'found' : 'NOT FOUND'} (${one.found.map(({ check }) => check).join(', ')})`,
    ),
    '',
    renderFinalReport(report, {
      columns: process.stdout.columns ?? 78,
      palette: createPalette(false),
      quick: demo.quick,
      prompts,
      again: `npm run -s live -- ${process.argv.slice(2).join(' ')}`,
    }),
  ].join('\n');
}
