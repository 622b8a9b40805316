import type { Metric } from '../../core/metric.ts';
import type { CellResult } from '../../core/results.ts';
import { isCensored, METRIC_LOOKS, NO_VALUE, plainText, type Valued } from '../value-text.ts';
import { padded } from './columns.ts';

/** "12.3 ±0.5", the farther end of the interval; "12.3 n=1"; "≥ 12.3". Aligned so that the values stand under each other. */
export function plusMinusColumn<M extends Metric>(
  cells: readonly (Valued<M> & Pick<CellResult, 'validity'>)[],
  metric: M,
): string[] {
  const parts = cells.map((cell) => plusMinus(cell, metric));
  const width = Math.max(0, ...parts.map(([, spread]) => spread.length));
  return parts.map(([value, spread]) => (width === 0 ? value : `${value} ${padded(spread, width, 'left')}`));
}

function plusMinus<M extends Metric>(
  cell: Valued<M> & Pick<CellResult, 'validity'>,
  metric: M,
): readonly [string, string] {
  const { value, lo, hi, n } = cell[metric];
  if (cell.validity === null) return ['', ''];
  if (value === null) return [NO_VALUE, ''];
  const plain = plainText(metric, value);
  const shown = isCensored(cell, metric) ? `≥ ${plain}` : plain;
  if (lo === null || hi === null) return [shown, n === 1 ? 'n=1' : ''];
  const decimals = (plain.split('.')[1] ?? '').length;
  if (hi > WIDEST * value && metric !== 'error_rate') return [shown, `±>${WIDEST}×`];
  return [shown, `±${reachText(Math.max(value - lo, hi - value) * METRIC_LOOKS[metric].factor, decimals)}`];
}

/** A reach of so many times its value is one of no digits. */
const WIDEST = 1000;

/** With the decimals of the value that it stands beside. */
function reachText(reach: number, decimals: number): string {
  return reach.toFixed(decimals).replace(/\B(?=(\d{3})+$)/g, decimals === 0 ? ',' : '');
}
