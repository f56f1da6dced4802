import type { ArmReport, BenchDocument } from '@entresol/cli/report';
import type { EChartsOption } from 'echarts';
import { ink, renderSvg } from '@entresol/cli/report';

/** Baselines recede by ink and dashes, so that colour stays free. */
const arms = [
  { name: 'unmodified', lineStyle: { color: ink.third, type: 'dotted', width: 1.5 } },
  { name: 'fair', lineStyle: { color: ink.second, type: 'dashed', width: 1.5 } },
  { name: 'cachesage', lineStyle: { color: ink.first, type: 'solid', width: 2.3 } },
] as const;

const panels: readonly {
  readonly title: string;
  readonly figure: (arm: ArmReport) => number | null;
}[] = [
  {
    title: 'Net hit rate, %',
    figure: ({ netHitRate }) => (netHitRate === null ? null : netHitRate * 100),
  },
  { title: 'Mean TTFT, ms', figure: ({ ttftMs }) => ttftMs.mean },
];

const size = { width: 900, row: 320, top: 44, bottom: 44 } as const;

/**
 * Net hit rate and mean TTFT over the number of slots, two plots that share their axis; one row of them per graph and load.
 */
export function sweepPlot(document: BenchDocument): string {
  const rows = [...Map.groupBy(document.workloads, ({ name, load }) => `${name}, ${load}`)];
  const plots = rows.flatMap(([title, workloads], row) =>
    panels.map((panel, column) => ({
      ...panel,
      title: `${title}: ${panel.title}`,
      workloads,
      left: column === 0 ? '5%' : '52%',
      top: row * size.row,
    })),
  );
  const option: EChartsOption = {
    title: plots.map(({ title, left, top }) => ({
      text: title,
      left,
      top: top + 8,
      textStyle: { fontSize: 12, fontWeight: 600, color: ink.first },
    })),
    grid: plots.map(({ left, top }) => ({
      left,
      width: '34%',
      top: top + size.top,
      height: size.row - size.top - size.bottom,
    })),
    xAxis: plots.map(({ workloads }, index) => ({
      gridIndex: index,
      type: 'category',
      name: 'slots',
      nameLocation: 'middle',
      nameGap: 26,
      data: workloads.map(({ slots }) => String(slots)),
    })),
    yAxis: plots.map((_plot, index) => ({
      gridIndex: index,
      type: 'value',
      min: 0,
      splitLine: { lineStyle: { color: ink.line } },
    })),
    series: plots.flatMap(({ figure, workloads }, index) =>
      arms.map(({ name, lineStyle }) => ({
        type: 'line' as const,
        name,
        xAxisIndex: index,
        yAxisIndex: index,
        lineStyle,
        itemStyle: { color: lineStyle.color },
        endLabel: { show: true, formatter: '{a}', color: lineStyle.color },
        labelLayout: { moveOverlap: 'shiftY' as const },
        data: workloads.map(({ arms: measured }) => {
          const arm = measured[name];
          return arm === undefined ? null : figure(arm);
        }),
      })),
    ),
  };
  return renderSvg(option, { width: size.width, height: rows.length * size.row });
}
