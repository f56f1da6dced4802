import { figureTable } from '../report/figure-table.ts';
import { formatBytes, formatRate } from '../report/number-format.ts';
import type { Palette } from '../terminal/palette.ts';
import { wrapWords } from '../terminal/word-wrap.ts';
import type { BenchDocument, BenchWorkload, PairedFigures } from './bench-document.ts';
import type { TraceReport } from './trace-report.ts';
import { findingOf, formatInterval, shownFigures } from './interval-format.ts';

const widest = 100;

/** What a person reads at the end: per row what was shown and what was not, figures, paired differences. */
export function renderBenchReport(
  document: BenchDocument,
  options: { readonly columns: number; readonly palette: Palette },
): string {
  const columns = Math.min(widest, options.columns);
  const wrap = (text: string, indent = '') => wrapWords(text, columns, indent);
  const { palette } = options;
  return [
    ...document.workloads.flatMap((workload) => [
      ...wrap(benchVerdict(workload)),
      '',
      ...wrap(rowTitle(workload)),
      ...figureTable(workload.arms, { columns, palette, differences: false }),
      ...differenceLines(workload, palette),
      ...evidence(workload).flatMap((line) => wrap(line, '            ')),
      '',
    ]),
    ...wrap(`  engine    ${engineText(document)}`, '            '),
    ...wrap(`  machine   ${machineText(document)}`, '            '),
  ].join('\n');
}

/** Every figure of CacheSage in one of three words, losses in the same breath as gains. */
export function benchVerdict({ arms, repeats }: BenchWorkload): string {
  const sage = arms.cachesage;
  const clauses = [
    clauseAgainst('unmodified', sage?.versusUnmodified),
    clauseAgainst('fair', sage?.versusFair),
  ].filter((clause) => clause !== undefined);
  if (clauses.length === 0) return 'CacheSage did not run, so there is nothing to compare.';
  const basis =
    repeats === 1
      ? 'One repeat: nothing is shown by it.'
      : `${repeats} paired repeats; shown = the 95 % interval excludes 0.`;
  return `CacheSage ${clauses.join('; ')}. ${basis}`;
}

function clauseAgainst(name: string, figures: PairedFigures | undefined): string | undefined {
  if (figures === undefined) return undefined;
  const named = { better: [] as string[], worse: [] as string[], unshown: [] as string[] };
  for (const { figure, label, gain } of shownFigures) {
    const interval = figures[figure];
    if (interval !== undefined) named[findingOf(interval, gain)].push(label);
  }
  const parts = [
    ...(named.better.length > 0 ? [`better in ${named.better.join(', ')}`] : []),
    ...(named.worse.length > 0 ? [`worse in ${named.worse.join(', ')}`] : []),
    ...(named.unshown.length > 0 ? [`no difference shown in ${named.unshown.join(', ')}`] : []),
  ];
  return `against ${name}: ${parts.join(', ')}`;
}

function rowTitle(workload: BenchWorkload): string {
  const { name, load, sessions, concurrency, requests, agents, slots, tierBytes } = workload;
  return `${name}, ${load} load, ${slots} slots, second tier ${formatBytes(tierBytes)}: ${Math.round(sessions)} sessions, ${concurrency} at once, ${Math.round(requests)} requests a run, ${Math.round(agents)} agents`;
}

function differenceLines({ arms }: BenchWorkload, palette: Palette): string[] {
  return (['fair', 'cachesage', 'bare', 'oracle'] as const).flatMap((name) => [
    ...differencesOf(`${name} vs unmodified`, arms[name]?.versusUnmodified, palette),
    ...(name === 'bare' ? [] : differencesOf(`${name} vs fair`, arms[name]?.versusFair, palette)),
    ...differencesOf(`${name} vs no prefetch`, arms[name]?.versusNoPrefetch, palette),
  ]);
}

function differencesOf(
  title: string,
  figures: PairedFigures | undefined,
  palette: Palette,
): string[] {
  if (figures === undefined) return [];
  return shownFigures.flatMap(({ figure, label, gain }, index) => {
    const interval = figures[figure];
    if (interval === undefined) return [];
    const head = `  ${(index === 0 ? title : '').padEnd(24)} ${label.padEnd(13)}`;
    const text = formatInterval(figure, interval);
    const finding = findingOf(interval, gain);
    if (finding === 'worse') return [`${head} ${palette.bad(`!${text}`)}`];
    return [`${head}  ${finding === 'unshown' ? palette.dim(`${text}  not shown`) : text}`];
  });
}

function evidence(workload: BenchWorkload): string[] {
  const { headroom, repeats, repeatsWithEqualPrompts, prediction, reloadToRecompute } = workload;
  const equal = repeatsWithEqualPrompts === repeats;
  return [
    ...(headroom === null
      ? []
      : [
          `  headroom  an infinite cache would hit ${Math.round(headroom * 100)} points more than unmodified`,
        ]),
    ...(reloadToRecompute === null
      ? []
      : [`  reload    costs ${formatRate(reloadToRecompute)} of a recompute`]),
    ...(prediction?.top1 == null
      ? []
      : [`  predicted ${formatRate(prediction.top1)} of next agents`]),
    ...(workload.trace === undefined ? [] : traceEvidence(workload.trace)),
    equal
      ? '  prompts   byte for byte the same in all arms'
      : `  prompts   ! the same in all arms in ${repeatsWithEqualPrompts} of ${repeats} repeats`,
  ];
}

function traceEvidence(trace: TraceReport): string[] {
  const { tokenFactor, promptTokens, model, source } = trace;
  const factor = tokenFactor.toPrecision(3);
  const rows = (['unmodified', 'fair', 'cachesage'] as const).flatMap((name) => {
    const row = model[name];
    if (row === undefined) return [];
    const { policy, hitRate, measuredHitRate, errorPoints, capacityTokens, capacityShare } = row;
    return [
      `  model     ${name} as ${policy} over ${capacityTokens} tokens (${capacityShare.toFixed(2)} of the peak working set): hit ${formatRate(hitRate)}, measured ${formatRate(measuredHitRate)}, error ${errorPoints.toFixed(1)} pts`,
    ];
  });
  return [
    `  trace     ${source}; every token count × ${factor}: mean prompt ${Math.round(promptTokens.mean)} tokens, longest ${promptTokens.longest}`,
    ...rows,
  ];
}

function engineText({ engine, tierBytesPerSecond }: BenchDocument): string {
  const meaning =
    engine.weights === 'random' ? ', random weights: the text is noise, the compute is real' : '';
  const speed =
    tierBytesPerSecond === null
      ? ''
      : `, second tier slowed to ${(tierBytesPerSecond / 1e6).toFixed(1)} MB/s`;
  return `${engine.name} ${engine.version ?? ''}, ${engine.model}${meaning}${speed}`;
}

function machineText({ machine }: BenchDocument): string {
  return `${machine.cpu}, ${machine.cores} cores, commit ${machine.commit ?? 'unknown'}`;
}
