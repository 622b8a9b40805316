import type { Metric } from '../../core/metric.ts';
import { countText } from '../../core/number-text.ts';
import type { CellResult } from '../../core/results.ts';
import { type Content, type Markup, markup } from '../markup.ts';
import { reasonText } from '../reasons.ts';
import { cellValueText, isCensored, METRIC_LOOKS, NO_VALUE, type Valued } from '../value-text.ts';
import { type Column, numberCell } from './table.ts';

/** Above this share of failures a cell is marked, as in the paper. */
export const ERROR_MARK = 0.02;

export function metricColumn(metric: Metric): Column {
  const { head, unit } = METRIC_LOOKS[metric];
  return { head, unit, kind: 'number' };
}

/** A value with its interval, or a dash that says why. `data` holds the value with every digit. */
export function valueCell<M extends Metric>(cell: Valued<M> & Pick<CellResult, 'validity'>, metric: M): Markup {
  const { value, spread, reason } = cellValueText(cell, metric);
  if (value === NO_VALUE)
    return cell.validity === null
      ? numberCell(markup`<span class="gap" title="not measured yet">·</span>`)
      : numberCell(markup`<abbr class="gap" title="${reasonText(reason)}">${NO_VALUE}</abbr>`);
  const exact = String(cell[metric].value ?? '');
  const mark =
    metric === 'error_rate' && (cell[metric].value ?? 0) > ERROR_MARK
      ? markup` <span class="delta" title="more than 2 % of the requests failed">Δ</span>`
      : null;
  return numberCell(
    markup`<data data-metric="${metric}" value="${exact}">${value}</data>${mark}${spread !== null && markup`<small>${shownSpread(spread)}</small>`}`,
  );
}

function shownSpread(spread: string): string {
  return spread.startsWith('n = ') ? spread : `(${spread})`;
}

/**
 * Why there are dashes in these columns, each reason once, with the columns and the number of rows it concerns; `kind`: what a row is,
 * told apart by its `cell`.
 */
export function gapNotes<M extends Metric>(
  cells: readonly (Valued<M> & Pick<CellResult, 'cell' | 'validity'>)[],
  metrics: readonly M[],
  kind = 'cell',
): Content[] {
  const gaps = cells
    .filter((cell) => cell.validity !== null)
    .flatMap((cell) => metrics.filter((metric) => cell[metric].value === null).map((metric) => ({ cell, metric })));
  const byReason = Map.groupBy(gaps, ({ cell, metric }) => cell[metric].reason);
  return [...byReason].map(([reason, found]) => {
    const all = new Set(found.map(({ metric }) => metric));
    const heads = metrics.filter((metric) => all.has(metric)).map((metric) => METRIC_LOOKS[metric].head);
    const count = new Set(found.map(({ cell }) => cell.cell)).size;
    const which = all.size === metrics.length ? 'all values' : heads.join(', ');
    return `${NO_VALUE} ${which} of ${countText(count, kind)}: ${reasonText(reason)}.`;
  });
}

/** What the marks of these metrics' values mean, as far as they occur. */
export function valueNotes<M extends Metric>(
  cells: readonly Valued<M | 'error_rate'>[],
  metrics: readonly M[],
): Content[] {
  const notes: Content[] = [];
  if (cells.some((cell) => (cell.error_rate.value ?? 0) > ERROR_MARK))
    notes.push('Δ more than 2 % of the requests failed.');
  const marked = metrics.filter((metric) =>
    cells.some((cell) => cell[metric].value !== null && isCensored(cell, metric)),
  );
  if (marked.some((metric) => metric === 'capacity_rps'))
    notes.push('≥ of a capacity: the generator was the limit of a search, or it was stopped: a lower bound.');
  if (marked.some((metric) => metric !== 'capacity_rps'))
    notes.push('≥ failed requests stand at or above it: a lower bound.');
  return notes;
}

/** What the marks of these cells mean, as far as they occur. */
export function markNotes(cells: readonly CellResult[], metrics: readonly Metric[]): Content[] {
  const notes = valueNotes(cells, metrics);
  const limited = cells.filter((cell) => cell.bottleneck === 'load-limited');
  if (limited.some((cell) => cell.load.model !== 'open'))
    notes.push('“waiting for users”: the server answered all that was offered, so the rate is not a capacity.');
  if (limited.some((cell) => cell.load.model === 'open'))
    notes.push('“kept up”: the server answered all that arrived, so the rate is the schedule’s and not a capacity.');
  return notes;
}
