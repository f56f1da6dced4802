export type { BenchDocument, BenchWorkload, PairedFigures } from '../bench/bench-document.ts';
export { benchVerdict } from '../bench/bench-report.ts';
export { findingOf, formatInterval, shownFigures } from '../bench/interval-format.ts';
export {
  formatBytes,
  formatMilliseconds,
  formatOneDecimal,
  formatRate,
  unknownFigure,
} from './number-format.ts';
export type { ArmReport, MachineReport, ReportDocument } from './report-document.ts';
export { verdictOf } from './verdict.ts';
export { capacityCurves } from '../replay/capacity-curves.ts';
export type {
  Interval,
  ReplayDocument,
  ReplayRow,
  ReplayWorkload,
} from '../replay/replay-document.ts';
export { changeText, differenceText, isOnFrontier, rowName } from '../replay/replay-table.ts';
export { replaceMarked } from './marked-part.ts';
export { ink, renderSvg } from './svg-chart.ts';
export { pairedInterval } from '../bench/paired-interval.ts';
export type { PairedInterval } from '../bench/paired-interval.ts';
export { describeMachine } from '../demo/machine-report.ts';
export type { PolicyRow } from '../policies-bench/policy-row.ts';
