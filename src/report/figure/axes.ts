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

/** What an axis must show. */
export interface Scale {
  /** The values that must lie within. */
  readonly reach: number;
  readonly floor: number;
  readonly log: boolean;
}

/** From 0, or logarithmic between powers of ten. */
export function valueAxis({ reach, floor, log }: Scale): ChartOption {
  const shared = {
    axisLabel: { ...LABEL, formatter: axisNumber, hideOverlap: true },
    splitLine: { lineStyle: { color: LINE, width: 1 } },
    axisLine: { show: false },
    axisTick: { show: false },
  };
  if (log) return { type: 'log', ...shared, ...logEnds(roundBelow(floor), roundAbove(reach), shared.axisLabel) };
  const interval = roundStep(reach <= 0 ? 1 : reach);
  return {
    type: 'value',
    ...shared,
    min: 0,
    max: Math.max(1, Math.ceil((reach * 1.04) / interval)) * interval,
    interval,
  };
}

/** Ends that are no powers of ten are labelled only where few powers lie between them: else they would run into the next one. */
function logEnds(min: number, max: number, axisLabel: ChartOption): ChartOption {
  const isFew = max / min < 100;
  const isLabelled = (end: number) => isFew || Number.isInteger(Math.log10(end));
  return { min, max, axisLabel: { ...axisLabel, showMinLabel: isLabelled(min), showMaxLabel: isLabelled(max) } };
}

/** The nearest of 1, 2 and 5 times a power of ten. */
function roundBelow(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([5, 2, 1].find((step) => step * power <= value) ?? 1);
}

function roundAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5].find((step) => step * power >= value) ?? 10);
}

/** 1, 2, 2.5 or 5 times a power of ten, so that about four of them make the axis. */
function roundStep(reach: number): number {
  const raw = (reach * 1.04) / 4.5;
  const power = 10 ** Math.floor(Math.log10(raw));
  return power * ([1, 2, 2.5, 5].find((step) => step * power >= raw) ?? 10);
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
