import type { Metric } from '../../core/metric.ts';
import type { CellResult } from '../../core/results.ts';
import { METRIC_LOOKS } from '../value-text.ts';
import type { View } from '../view.ts';

/** One value of a figure, in the unit of its axis. */
export interface Datum {
  readonly value: number | null;
  readonly lo: number | null;
  readonly hi: number | null;
  /** The repetitions that it was made from. */
  readonly dots: readonly number[];
  /** Written beside it: "n = 1", "invalid", "failed", "wide interval"; null where nothing needs saying. */
  readonly label: string | null;
  /** Drawn light: the cell was waiting for its users, or kept up with its rate, so the value is no capacity. */
  readonly isOffered: boolean;
  /** Drawn grey. */
  readonly isInvalid: boolean;
}

/** An interval that reaches so many times as far as all that was measured is not drawn, and said: its axis would show nothing else. */
const WIDEST = 10;

const NOTHING: Datum = { value: null, lo: null, hi: null, dots: [], label: null, isOffered: false, isInvalid: false };

export function datumOf(view: View, cell: CellResult | undefined, metric: Metric): Datum {
  if (cell === undefined) return NOTHING;
  const { factor } = METRIC_LOOKS[metric];
  const scaled = (value: number | null): number | null => (value === null ? null : value * factor);
  const { value, lo, hi, n } = cell[metric];
  const dots = view.usable(cell).flatMap((trial) => scaled(trial[metric]) ?? []);
  const isWide = metric !== 'error_rate' && (scaled(hi) ?? 0) > WIDEST * Math.max(scaled(value) ?? 0, ...dots);
  return {
    value: scaled(value),
    lo: isWide ? null : scaled(lo),
    hi: isWide ? null : scaled(hi),
    dots,
    label: labelOf(cell, value, n) ?? (isWide ? 'wide interval' : null),
    isOffered: metric === 'throughput_rps' && cell.bottleneck === 'load-limited',
    isInvalid: cell.validity === 'invalid',
  };
}

function labelOf(cell: CellResult, value: number | null, n: number): string | null {
  if (cell.validity === null) return 'to come';
  if (value === null) return cell.n === 0 ? 'invalid' : 'hidden';
  if (cell.validity === 'invalid') return 'invalid';
  return n === 1 ? 'n = 1' : null;
}

/** Dots over a whole figure above which they are left out: 5,000 of them are a megabyte. */
const MAX_DOTS = 500;

/** Whether so many dots are drawn at all. */
export function areDotsDrawn(inFigure: number): boolean {
  return inFigure <= MAX_DOTS;
}

/** Without the dots where there would be too many. */
export function thinned(data: readonly Datum[], inFigure: number): Datum[] {
  return areDotsDrawn(inFigure) ? [...data] : data.map((datum) => ({ ...datum, dots: [] }));
}

/** The largest value that the axis must reach. */
export function reachOf(data: readonly Datum[]): number {
  return Math.max(0, ...data.flatMap(({ value, hi, dots }) => [value ?? 0, hi ?? 0, ...dots]));
}

/** The smallest positive value that a logarithmic axis must reach. */
export function floorOf(data: readonly Datum[]): number {
  const positive = data.flatMap(({ value, lo, dots }) => [value ?? 0, lo ?? 0, ...dots]).filter((x) => x > 0);
  return positive.length === 0 ? 0 : Math.min(...positive);
}
