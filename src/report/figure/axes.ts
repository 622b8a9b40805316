import { numberText } from '../../core/number-text.ts';
import type { ChartOption } from './chart.ts';
import { INK, LINE, MUTED } from './palette.ts';
import type { RenderApi, Shape } from './shapes.ts';

const LABEL = { color: MUTED, fontSize: 12 };

export function categoryAxis(labels: readonly string[], name: string): ChartOption {
  return {
    type: 'category',
    data: labels,
    name,
    nameLocation: 'middle',
    nameGap: 26,
    nameTextStyle: LABEL,
    axisLabel: { ...LABEL, color: INK, interval: 0 },
    axisLine: { lineStyle: { color: MUTED } },
    axisTick: { show: false },
  };
}

export interface ValueAxis {
  readonly name: string;
  /** The values that must lie within. */
  readonly reach: number;
  readonly floor: number;
  readonly log: boolean;
}

/** From 0, or logarithmic between powers of ten. */
export function valueAxis({ reach, floor, log }: ValueAxis): ChartOption {
  const shared = {
    axisLabel: { ...LABEL, formatter: axisNumber, hideOverlap: true },
    splitLine: { lineStyle: { color: LINE, width: 1 } },
    axisLine: { show: false },
    axisTick: { show: false },
  };
  if (log)
    return {
      type: 'log',
      ...shared,
      min: 10 ** Math.floor(Math.log10(floor)),
      max: 10 ** Math.ceil(Math.log10(reach)),
    };
  return { type: 'value', ...shared, min: 0, max: niceAbove(reach), splitNumber: 4 };
}

/** The axis ends a little above what it must reach, at a round number. */
export function niceAbove(reach: number): number {
  if (reach <= 0) return 1;
  const step = 10 ** Math.floor(Math.log10(reach)) / 2;
  return Math.ceil((reach * 1.04) / step) * step;
}

/** As short as it can be: 0.5, 10, 2,000. */
function axisNumber(value: number): string {
  if (value === 0) return '0';
  return Math.abs(value) >= 100 ? numberText(value) : String(Number(value.toPrecision(3)));
}

/** A series that is drawn by us, all at once: ECharts gives the axes and tells where their points lie. */
export function drawnSeries(draw: (api: RenderApi) => Shape[]): ChartOption {
  return {
    type: 'custom',
    data: [[0, 0]],
    silent: true,
    clip: false,
    renderItem: (_params: unknown, api: RenderApi): Shape => ({ type: 'group', children: draw(api) }),
  };
}
