import { init } from 'echarts';
import type { EChartsOption } from 'echarts';

/** Neutral inks: arms and cohorts carry no colour. */
export const ink = {
  panel: '#ffffff',
  line: '#cfd3d9',
  first: '#15181d',
  second: '#545b66',
  third: '#6b727d',
  bad: '#b4232c',
} as const;

/** Draws a chart as SVG text. Equal options give equal text in a fresh process. */
export function renderSvg(
  option: EChartsOption,
  size: { readonly width: number; readonly height: number },
): string {
  const chart = init(null, undefined, { renderer: 'svg', ssr: true, ...size });
  try {
    chart.setOption({
      animation: false,
      backgroundColor: ink.panel,
      textStyle: { fontFamily: 'Inter, system-ui, sans-serif', fontSize: 11, color: ink.second },
      ...option,
    });
    return `${chart.renderToSVGString()}\n`;
  } finally {
    chart.dispose();
  }
}
