import type { Palette } from '../terminal/palette.ts';
import { wrapWords } from '../terminal/word-wrap.ts';
import { figureTable } from './figure-table.ts';
import { formatBytes, formatMilliseconds, formatRate, formatTokens } from './number-format.ts';
import type { PromptEquality } from './prompt-equality.ts';
import type { ArmReport, EngineReport, ReportDocument, WorkloadReport } from './report-document.ts';
import { verdictOf } from './verdict.ts';

export interface FinalReportOptions {
  readonly columns: number;
  readonly palette: Palette;
  readonly quick: boolean;
  readonly prompts: PromptEquality;
  /** Command line that repeats the run. */
  readonly again: string;
}

const widest = 78;
const narrowest = 50;

/** The last thing a person reads: verdict, figures of every arm, what they rest on, how to run it again. */
export function renderFinalReport(document: ReportDocument, options: FinalReportOptions): string {
  const columns = Math.min(widest, options.columns);
  const wrap = (text: string, indent = '') => wrapWords(text, columns, indent);
  const lines = document.workloads.flatMap((workload) => [
    ...wrap(verdictOf(workload, options)),
    '',
    ...wrap(workloadTitle(workload)),
    ...(columns < narrowest
      ? oneLinePerArm(workload)
      : figureTable(workload.arms, { columns, palette: options.palette })),
    ...evidenceLines(workload, document.engine, options).flatMap((line) =>
      wrap(line, '            '),
    ),
  ]);
  return [...lines, '', ...againLines(options.again, columns)].join('\n');
}

function workloadTitle({ name, load, sessions, requests, agents }: WorkloadReport): string {
  const things = { session: sessions, request: requests, agent: agents };
  const counts = Object.entries(things).map(
    ([thing, count]) => `${count} ${thing}${count === 1 ? '' : 's'}`,
  );
  return `${name}, ${load} load: ${counts.join(', ')}`;
}

/** A command line may be copied: it breaks only before a flag, and the shell is told. */
function againLines(command: string, columns: number): string[] {
  const label = '  again     ';
  const lines: string[] = [];
  let line = label;
  for (const flag of command.split(/ (?=--\w)/u)) {
    const longer = line === label ? `${line}${flag}` : `${line} ${flag}`;
    if (line !== label && longer.length > columns - ' \\'.length) {
      lines.push(`${line} \\`);
      line = `${' '.repeat(label.length)}${flag}`;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

function oneLinePerArm(workload: WorkloadReport): string[] {
  return Object.entries(workload.arms).map(([name, arm]: [string, ArmReport]) => {
    const hit = arm.netHitRate === null ? 'unknown' : formatRate(arm.netHitRate);
    return `${name} ${hit} net hit, ${formatMilliseconds(arm.ttftMs.mean)} ms`;
  });
}

/** What the figures rest on, each line with a label of its own. */
function evidenceLines(
  workload: WorkloadReport,
  engine: EngineReport,
  options: FinalReportOptions,
): string[] {
  const { cachesage } = workload.arms;
  return [
    ...(cachesage === undefined
      ? []
      : ['  vs        cachesage against that arm; ! marks where it is worse']),
    ...(workload.arms.fair === undefined ? [] : [fairLine]),
    ...(cachesage === undefined ? [unknownLine] : []),
    computedLine(workload),
    ...(cachesage === undefined ? [] : [prefetchLine(cachesage, options.palette)]),
    ...predictionLines(workload),
    ...(workload.headroom === null ? [] : [`  headroom  ${headroomText(workload.headroom)}`]),
    ...promptLines(workload, options.prompts),
    `  engine    ${engineText(engine)}`,
  ];
}

const unknownLine =
  '  unknown   queue, prefill, tiers and evictions: a server does not tell; CacheSage did not run';

const fairLine =
  '  fair      same slots and second tier, least recently used goes first, no prediction';

/** Prefill that each arm computed, warm-ups included. */
function computedLine(workload: WorkloadReport): string {
  const arms = Object.entries(workload.arms).map(([name, arm]: [string, ArmReport]) => {
    const { computedPrefillTokens: computed, backgroundTokens: background } = arm;
    if (computed === null || background === null) return `${name} unknown`;
    return `${name} ${formatTokens(computed + background)}`;
  });
  return `  computed  of ${formatTokens(workload.arms.unmodified.promptTokens)} in prompts: ${arms.join(', ')}`;
}

function prefetchLine(arm: ArmReport, palette: Palette): string {
  const { issued, used, wastedTokens } = arm.prefetch;
  if (issued === 0) return '  prefetch  none issued';
  const charged =
    arm.computedPrefillTokens === null || arm.backgroundTokens === null
      ? ''
      : `, ${formatRate(wastedTokens / Math.max(1, arm.computedPrefillTokens + arm.backgroundTokens))} of prefill, charged above`;
  return `  prefetch  ${palette.prefetch('▲')} ${used} of ${issued} used  ${palette.waste('△')} wasted ${formatTokens(wastedTokens)}${charged}`;
}

function predictionLines({ prediction, stateBytes }: WorkloadReport): string[] {
  const lines: string[] = [];
  if (prediction !== null) {
    lines.push(
      prediction.top1 === null || prediction.brier === null
        ? '  predicted no next agent resolved: too early to say'
        : `  predicted ${formatRate(prediction.top1)} of ${prediction.resolved} next agents, missed ${formatRate(1 - prediction.top1)}; Brier ${prediction.brier.toFixed(3)}`,
    );
  }
  if (stateBytes !== null) lines.push(`  learned   ${formatBytes(stateBytes)} of state`);
  return lines;
}

function headroomText(headroom: number): string {
  const points = Math.round(headroom * 100);
  return points > 0
    ? `an infinite cache would hit ${points} points more than unmodified`
    : 'none: an infinite cache would hit no more than unmodified';
}

function promptLines(workload: WorkloadReport, prompts: PromptEquality): string[] {
  if (workload.arms.cachesage === undefined) return [];
  if (prompts.equal) return ['  prompts   byte for byte the same in all arms'];
  const counts = Object.entries(prompts.differing).map(([name, count]) => `${name} ${count}`);
  return [`  prompts   ! not the same in all arms; unlike unmodified: ${counts.join(', ')}`];
}

function engineText(engine: EngineReport): string {
  const meaning =
    engine.weights === 'random' ? ', random weights: the text is noise, the compute is real' : '';
  const slots =
    engine.slots === null
      ? ''
      : `, ${engine.slots} slots of ${engine.contextTokens ?? 'unknown'} tok`;
  const tier = engine.tierBytes === null ? '' : `, second tier ${formatBytes(engine.tierBytes)}`;
  return `${engine.name}, ${engine.model}${meaning}${slots}${tier}`;
}
