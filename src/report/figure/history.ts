import { type ChartOption, chartSvg } from './chart.ts';
import { categoryAxis, drawnSeries, valueAxis } from './axes.ts';
import { INK, LINE, MUTED, seriesColour } from './palette.ts';
import { intervalShape, markerShape, type RenderApi, type Shape, textShape } from './shapes.ts';

/** One measurement session in the unit of the axis. */
export interface HistoryDatum {
  /** What stands below it. */
  readonly label: string;
  readonly value: number | null;
  readonly lo: number | null;
  readonly hi: number | null;
  /** Index of its host among those of the chart: values of different hosts are not comparable. */
  readonly host: number;
  /** Drawn hollow and grey: it may not be used. */
  readonly isInvalid: boolean;
  /** What later experiments are compared with. */
  readonly isBaseline: boolean;
}

/** Where a level changes, among the sessions of one host. */
export interface LevelChange {
  /** Index of the first session of the new level. */
  readonly index: number;
  readonly before: number;
  readonly after: number;
}

export interface HistoryChart {
  /** Oldest first. */
  readonly points: readonly HistoryDatum[];
  readonly changes: readonly LevelChange[];
}

const SIZE = { width: 480, height: 300 };
/** Labels that stand side by side without touching. */
const MOST_LABELS = 6;
/** Where the values lie closer together than this share of the largest, the axis is cut: a few per cent would not be seen from 0. */
const CUT_BELOW = 0.6;

/** Values with their intervals over time, a line for each host; changes of level, and the pinned baseline. */
export function historySvg(chart: HistoryChart): string {
  const { points } = chart;
  const every = Math.ceil(points.length / MOST_LABELS);
  const labels = points.map(({ label }, i) => (i % every === 0 ? label : ''));
  return chartSvg(
    {
      grid: { left: 62, right: 14, top: 26, bottom: 30 },
      xAxis: categoryAxis(labels, ''),
      yAxis: heightAxis(points),
      series: [drawnSeries((api) => draw(chart, api))],
    },
    SIZE,
  );
}

/** From 0, or from a round number below all values; `isCut` tells which, for the text beside the chart. */
export function isCut(points: readonly HistoryDatum[]): boolean {
  const [low, high] = reach(points);
  return low > 0 && high > 0 && (high - low) / high < CUT_BELOW;
}

function reach(points: readonly HistoryDatum[]): [number, number] {
  const all = points.flatMap(({ value, lo, hi }) => [value, lo, hi].filter((x) => x !== null));
  return all.length === 0 ? [0, 0] : [Math.min(...all), Math.max(...all)];
}

function heightAxis(points: readonly HistoryDatum[]): ChartOption {
  const [low, high] = reach(points);
  if (!isCut(points)) return valueAxis({ reach: high, floor: 0, log: false });
  const room = Math.max((high - low) * 0.15, high * 0.01);
  const raw = (high - low + 2 * room) / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const interval = power * ([1, 2, 2.5, 5].find((step) => step * power >= raw) ?? 10);
  const min = Math.max(0, Math.floor((low - room) / interval) * interval);
  const max = Math.ceil((high + room) / interval) * interval;
  return { ...valueAxis({ reach: high, floor: 0, log: false }), min, max, interval };
}

function draw({ points, changes }: HistoryChart, api: RenderApi): Shape[] {
  const at = (index: number, value: number) => api.coord([index, value]);
  const [low] = reach(points);
  return [
    ...points.flatMap((point, i) => (point.isBaseline ? baselineShapes(point, at(i, point.value ?? low)) : [])),
    ...changes.flatMap((change, i) => changeShapes(points, change, changes[i + 1], api)),
    ...points.flatMap((point, i) => lineTo(points, point, i, api)),
    ...points.flatMap((point, i) => pointShapes(point, i, api)),
  ];
}

/** A line leads from the session before on the same host, where both have a value. */
function lineTo(points: readonly HistoryDatum[], point: HistoryDatum, index: number, api: RenderApi): Shape[] {
  if (!isUsed(point)) return [];
  const before = points.findLastIndex((other, i) => i < index && isUsed(other) && other.host === point.host);
  const value = points[before]?.value;
  if (value == null || point.value === null) return [];
  const style = { stroke: seriesColour(point.host), lineWidth: 1.2, fill: 'none', opacity: 0.55 };
  return [
    { type: 'polyline', shape: { points: [api.coord([before, value]), api.coord([index, point.value])] }, style },
  ];
}

const isUsed = ({ value, isInvalid }: HistoryDatum): boolean => value !== null && !isInvalid;

function pointShapes({ value, lo, hi, host, isInvalid }: HistoryDatum, index: number, api: RenderApi): Shape[] {
  if (value === null) return [];
  const colour = isInvalid ? MUTED : seriesColour(host);
  const [x, y] = api.coord([index, value]);
  return [
    ...(lo === null || hi === null ? [] : [intervalShape(api.coord([index, lo]), api.coord([index, hi]), colour, 3)]),
    markerShape(host, x, y, colour, isInvalid),
  ];
}

/** A ring around it, and its name above the plot. */
function baselineShapes({ value }: HistoryDatum, [x, y]: readonly [number, number]): Shape[] {
  const top = 20;
  const line = {
    type: 'line',
    shape: { x1: x, y1: top, x2: x, y2: SIZE.height - 30 },
    style: { stroke: LINE, lineWidth: 6 },
  };
  const ring = { type: 'circle', shape: { cx: x, cy: y, r: 9 }, style: { stroke: INK, lineWidth: 1.4, fill: null } };
  const align = x < SIZE.width / 2 ? 'left' : 'right';
  return [line, ...(value === null ? [] : [ring]), textShape('baseline', x, 10, { colour: INK, align })];
}

/** A dashed line before the first session of the new level, and both levels as far as they reach. */
function changeShapes(
  points: readonly HistoryDatum[],
  { index, before, after }: LevelChange,
  next: LevelChange | undefined,
  api: RenderApi,
): Shape[] {
  const host = points[index]?.host;
  const [step] = points.length > 1 ? [api.coord([1, after])[0] - api.coord([0, after])[0]] : [0];
  const x = api.coord([index, after])[0] - step / 2;
  const end = next !== undefined && points[next.index]?.host === host ? next.index - 0.5 : points.length - 0.5;
  const style = { stroke: INK, lineWidth: 1.2, lineDash: [4, 3], fill: null };
  const level = (from: number, to: number, value: number): Shape => {
    const y = api.coord([0, value])[1];
    return { type: 'line', shape: { x1: from, y1: y, x2: to, y2: y }, style: { ...style, opacity: 0.6 } };
  };
  const start = api.coord([0, before])[0];
  return [
    { type: 'line', shape: { x1: x, y1: 26, x2: x, y2: SIZE.height - 30 }, style },
    level(Math.max(start, x - 4 * step), x, before),
    level(x, start + end * step, after),
    textShape(changeText(before, after), x + 4, SIZE.height - 40, {
      align: x < SIZE.width * 0.85 ? 'left' : 'right',
      colour: INK,
    }),
  ];
}

/** "+12 %", "−3.4 %". */
export function changeText(before: number, after: number): string {
  if (before === 0) return 'new level';
  const percent = (after / before - 1) * 100;
  const size = Math.abs(percent);
  return `${percent < 0 ? '−' : '+'}${size < 10 ? Number(size.toFixed(1)) : Math.round(size)} %`;
}
