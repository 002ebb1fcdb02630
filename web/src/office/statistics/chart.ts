import { BarChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { init, use, type ECharts } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

use([BarChart, GridComponent, LegendComponent, TooltipComponent, AriaComponent, CanvasRenderer]);

/** Households of a region by how they stand, one stack a bar. */
export interface Bar {
  name: string;
  parts: number[];
}

/** Draws into the element; `names` and `colours` are of the parts of each bar, `unit` is what they count. */
export function drawBars(element: HTMLElement, bars: Bar[], names: string[], colours: string[], unit: string): ECharts {
  const chart = init(element);
  chart.setOption({
    animation: false,
    color: colours,
    // Drawn into the canvas: the page's policy admits no styles within the text of a page.
    tooltip: { trigger: 'axis', renderMode: 'richText', axisPointer: { type: 'shadow' } },
    legend: { top: 0, itemWidth: 12, itemGap: 8, textStyle: { fontSize: 11 } },
    grid: { left: 8, right: 24, top: 48, bottom: 24, containLabel: true },
    xAxis: { type: 'value', splitNumber: 3, minInterval: 1, name: unit, nameLocation: 'middle', nameGap: 26 },
    yAxis: { type: 'category', inverse: true, data: bars.map((bar) => bar.name), axisLabel: { width: 96, overflow: 'truncate' } },
    series: names.map((name, part) => ({ name, type: 'bar', stack: 'all', data: bars.map((bar) => bar.parts[part] ?? 0) })),
  });
  return chart;
}
