import { findingOf, shownFigures } from '@entresol/cli/report';
import type { BenchDocument, PairedFigures } from '@entresol/cli/report';
import type { EChartsOption, SeriesOption } from 'echarts';
import { ink, renderSvg } from '@entresol/cli/report';

const panels = [
  { figure: 'netHitPoints', title: 'Net hit rate, points (more is better)' },
  { figure: 'ttftMeanPercent', title: 'Mean TTFT, % (less is better)' },
  { figure: 'outputPercent', title: 'Output tokens/s, % (more is better)' },
] as const;

const rowHeight = 26;
const size = { left: 250, panel: 210, gap: 40, top: 40, bottom: 30 } as const;

interface Row {
  readonly title: string;
  readonly figures: PairedFigures;
}

/** CacheSage's paired differences with 95 % intervals: filled = the interval excludes 0, hollow = not shown. */
export function forestPlot(document: BenchDocument): string {
  const rows = document.workloads.flatMap(({ name, load, arms }): Row[] => {
    const { versusUnmodified, versusFair } = arms.cachesage ?? {};
    return [
      ...(versusUnmodified === undefined
        ? []
        : [{ title: `${name}, ${load}, vs unmodified`, figures: versusUnmodified }]),
      ...(versusFair === undefined
        ? []
        : [{ title: `${name}, ${load}, vs fair`, figures: versusFair }]),
    ];
  });
  const height = size.top + rows.length * rowHeight + size.bottom;
  const width = size.left + panels.length * (size.panel + size.gap);
  const option: EChartsOption = {
    title: panels.map(({ title }, index) => ({
      text: title,
      left: leftOf(index),
      top: 8,
      textStyle: { fontSize: 12, fontWeight: 600, color: ink.first },
    })),
    grid: panels.map((_panel, index) => ({
      left: leftOf(index),
      width: size.panel,
      top: size.top,
      bottom: size.bottom,
    })),
    xAxis: panels.map((_panel, index) => ({
      gridIndex: index,
      type: 'value',
      splitNumber: 4,
      splitLine: { lineStyle: { color: ink.line } },
      axisLabel: { color: ink.third },
    })),
    yAxis: panels.map((_panel, index) => ({
      gridIndex: index,
      type: 'category',
      inverse: true,
      data: rows.map(({ title }) => title),
      axisLabel: { show: index === 0, color: ink.second },
      axisTick: { show: false },
      axisLine: { onZero: true, lineStyle: { color: ink.second } },
    })),
    series: panels.flatMap((panel, index) => seriesOf(panel.figure, index, rows)),
  };
  return renderSvg(option, { width, height });
}

function seriesOf(
  figure: (typeof panels)[number]['figure'],
  index: number,
  rows: readonly Row[],
): SeriesOption[] {
  const gain = shownFigures.find((shown) => shown.figure === figure)?.gain ?? 1;
  const intervals = rows.map(({ figures }) => figures[figure]);
  return [
    ...intervals.flatMap((interval, row) =>
      interval === undefined || interval.low === null || interval.high === null
        ? []
        : [
            {
              type: 'line' as const,
              xAxisIndex: index,
              yAxisIndex: index,
              symbol: 'none',
              lineStyle: { color: ink.second, width: 1.5 },
              data: [
                [interval.low, row],
                [interval.high, row],
              ],
            },
          ],
    ),
    {
      type: 'scatter' as const,
      xAxisIndex: index,
      yAxisIndex: index,
      symbolSize: 9,
      data: intervals.flatMap((interval, row) => {
        if (interval === undefined) return [];
        const finding = findingOf(interval, gain);
        const colour = finding === 'worse' ? ink.bad : ink.first;
        return [
          {
            value: [interval.mean, row],
            itemStyle:
              finding === 'unshown'
                ? { color: ink.panel, borderColor: ink.third, borderWidth: 1.5 }
                : { color: colour },
          },
        ];
      }),
    },
  ];
}

function leftOf(index: number): number {
  return size.left + index * (size.panel + size.gap);
}
