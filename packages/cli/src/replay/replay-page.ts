import { randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { formatMilliseconds, formatOneDecimal } from '../report/number-format.ts';
import type { ReplayDocument, ReplayRow, RivalInterval } from './replay-document.ts';
import { changeText, differenceText, rowName } from './replay-table.ts';

/** Writes the report as one self-contained page; a reader of the file never sees half of it. */
export async function writeReplayPage(path: string, document: ReplayDocument): Promise<void> {
  const page = await replayPage(document);
  const part = `${path}.${randomUUID()}.part`;
  await writeFile(part, page);
  await rename(part, path);
}

async function replayPage(document: ReplayDocument): Promise<string> {
  // Charts are a large library that no other command needs.
  const { capacityCurves } = await import('./capacity-curves.ts');
  const sections = document.workloads.map((workload) => {
    const rows = document.rows.filter((row) => row.workload === workload.name);
    const notes = [
      `${workload.sessions} sessions, ${workload.calls} calls, ${workload.agents} agents. ${workload.source}`,
      ...(workload.estimated.length > 0 ? [`Estimated: ${workload.estimated.join('; ')}.`] : []),
      ...(workload.isDevelopmentSet ? ['Development set: constants were chosen on it.'] : []),
    ];
    return `<section><h2>${escape(workload.name)}</h2>
${notes.map((note) => `<p>${escape(note)}</p>`).join('\n')}
<figure>${capacityCurves(rows)}</figure>
${tableOf(rows)}
</section>`;
  });
  const { machine, command, date } = document;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Entresol replay</title>
<style>
:root { color-scheme: light dark; font: 15px/1.5 Inter, system-ui, sans-serif; }
body { max-width: 80rem; margin: 2rem auto; padding: 0 1rem; }
figure { margin: 1rem 0; background: #fff; border-radius: 6px; overflow-x: auto; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100%; }
th, td { text-align: right; padding: .2rem .5rem; border-bottom: 1px solid #8884; }
th:first-child, td:first-child { text-align: left; }
tr.own td { font-weight: 700; }
code { overflow-wrap: anywhere; }
</style>
<h1>What each policy would have hit</h1>
<p><code>${escape(command)}</code> on ${escape(date)}: ${escape(machine.cpu)}, ${machine.cores} cores, commit ${escape(machine.commit ?? 'unknown')}.</p>
<p>Shares of prompt tokens found cached in a model of a paged prefix cache (blocks of 16 tokens). Intervals are 95 %, over interleavings; differences are points of hit rate, and percent of times and of throughput; ! = worse, and the interval shows it.</p>
${sections.join('\n')}
</html>
`;
}

function toRivalText(change: RivalInterval | null, better: 'higher' | 'lower'): string {
  return change === null ? '–' : `${changeText(change, better)} ${change.rival}`;
}

function tableOf(rows: readonly ReplayRow[]): string {
  const hasTier = rows.some(({ hostTier }) => hostTier > 0);
  const head = [
    'policy',
    'capacity',
    ...(hasTier ? ['host tier', 'from host'] : []),
    'net hit rate',
    'vs lru',
    'vs best rival',
    'headroom closed',
    'mean TTFT',
    'vs lru',
    'vs best rival',
    'tok/s',
    'vs lru',
    'vs best rival',
  ];
  const body = rows.map((row) => {
    const { policy, netHitRate, headroomClosed, ttftMs, throughput } = row;
    const cells = [
      rowName(row),
      row.capacity.toFixed(2),
      ...(hasTier
        ? [String(row.hostTier), `${((row.hostHitRate?.mean ?? 0) * 100).toFixed(1)} %`]
        : []),
      `${(netHitRate.mean * 100).toFixed(1)} %`,
      differenceText(row.pairedVsLru),
      row.pairedVsBest === null
        ? '–'
        : `${differenceText(row.pairedVsBest)} ${row.pairedVsBest.rival}`,
      headroomClosed === null ? '–' : `${Math.round(headroomClosed * 100)} %`,
      ttftMs === null ? '–' : formatMilliseconds(ttftMs.mean),
      changeText(row.pairedTtft.vsLru, 'lower'),
      toRivalText(row.pairedTtft.vsBest, 'lower'),
      throughput === null ? '–' : formatOneDecimal(throughput),
      changeText(row.pairedThroughput.vsLru, 'higher'),
      toRivalText(row.pairedThroughput.vsBest, 'higher'),
    ];
    const own = policy.startsWith('cachesage') && !policy.endsWith('v1') ? ' class="own"' : '';
    return `<tr${own}>${cells.map((cell) => `<td>${escape(cell)}</td>`).join('')}</tr>`;
  });
  return `<div class="wide"><table><tr>${head.map((name) => `<th>${name}</th>`).join('')}</tr>\n${body.join('\n')}</table></div>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
