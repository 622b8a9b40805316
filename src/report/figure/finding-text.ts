import { countText, listText, measuredText } from '../../core/number-text.ts';
import type { Metric } from '../../core/metric.ts';
import type { CellResult } from '../../core/results.ts';
import { capitalised } from '../../core/summary/answer/places.ts';
import { type Family, levelOf, levelText, placeText } from '../families.ts';
import { bottleneckText } from '../reasons.ts';
import { inlineValue } from '../value-text.ts';
import type { View } from '../view.ts';

/** Sentences that say what a figure shows: its text alternative. They state values, and leave verdicts to the comparisons. */

const believable = (cells: readonly CellResult[], metric: Metric): CellResult[] =>
  cells.filter((cell) => cell.validity !== 'invalid' && cell[metric].value !== null);

function named(view: View, cell: CellResult): string {
  return `${view.name(cell.deployment)}, ${countText(cell.workers, 'worker')}`;
}

/** The highest and the lowest of the cells that may be believed, as a sentence. */
export function extremesText(view: View, cells: readonly CellResult[], metric: Metric): string {
  return extremes(view, cells, metric, { none: 'There', two: 'Highest' });
}

/** Begins with one of the words given, or with a name, which is never changed. */
function extremes(
  view: View,
  cells: readonly CellResult[],
  metric: Metric,
  opening: { readonly none: string; readonly two: string },
): string {
  const sorted = believable(cells, metric).sort((a, b) => (b[metric].value ?? 0) - (a[metric].value ?? 0));
  const [highest] = sorted;
  const lowest = sorted.at(-1);
  if (highest === undefined || lowest === undefined) return `${opening.none} is no value that may be believed.`;
  if (highest === lowest) return `${named(view, highest)}: ${inlineValue(highest, metric)}.`;
  return `${opening.two}: ${named(view, highest)}, ${inlineValue(highest, metric)}; lowest: ${named(view, lowest)}, ${inlineValue(lowest, metric)}.`;
}

/** Throughput where every cell was waiting for its users, or kept up with a rate, says nothing about the deployments; of a search its capacity. */
export function throughputText(view: View, family: Family, cells: readonly CellResult[]): string {
  const shown = believable(cells, family.metric);
  const waiting = family.metric === 'capacity_rps' ? [] : shown.filter((cell) => cell.bottleneck === 'load-limited');
  if (shown.length > 0 && waiting.length === shown.length) {
    const values = shown.map((cell) => cell.throughput_rps.value ?? 0);
    const range = `${inlineRange(Math.min(...values), Math.max(...values))} requests/s`;
    const offered = isOpen(family) ? 'arrived' : `${levelText(family, family.levels.at(-1) ?? 0)} offered`;
    return `${waitingText(shown.length, family)}: ${range} is what ${offered}, not what can be served.`;
  }
  const text = extremesText(view, cells, family.metric);
  return waiting.length === 0
    ? text
    : `${text} Light bars (${waiting.length}): ${bottleneckText({ bottleneck: 'load-limited', load: family.cells[0]?.load })}.`;
}

const isOpen = ({ kind }: Family): boolean => kind === 'rate' || kind === 'stages';

function inlineRange(lo: number, hi: number): string {
  const [a, b] = [measuredText(lo), measuredText(hi)];
  return a === b ? a : `${a} to ${b}`;
}

/** Over all levels of one worker count: where the metric was highest, and where failures were. */
export function latencyText(view: View, family: Family): string {
  const highest = family.cells.filter((cell) => levelOf(cell) === family.levels.at(-1));
  const text = extremes(view, highest, 'latency_p95_ms', { none: 'there', two: 'highest' });
  return `${capitalised(placeText(family, family.levels.at(-1) ?? 0))}, p95: ${text}`;
}

export function errorsText(view: View, family: Family): string {
  const shown = believable(family.cells, 'error_rate');
  if (shown.length === 0) return 'There is no value that may be believed.';
  const failing = shown.filter((cell) => (cell.error_rate.value ?? 0) > 0);
  if (failing.length === 0)
    return `No request failed in any of the ${countText(shown.length, 'cell')}; the lines above 0 are how many could have gone unseen.`;
  const listed = [...failing].sort((a, b) => (b.error_rate.value ?? 0) - (a.error_rate.value ?? 0)).slice(0, 3);
  const rest = failing.length > listed.length ? ` and ${failing.length - listed.length} more` : '';
  return `Requests failed in ${countText(failing.length, 'cell')} of ${shown.length}: ${listText(listed.map((cell) => `${named(view, cell)} ${placeText(family, levelOf(cell))} (${inlineValue(cell, 'error_rate')})`))}${rest}.`;
}

function waitingText(count: number, family: Family): string {
  const all = count === 2 ? 'Both' : `All ${count}`;
  if (isOpen(family)) return `${count === 1 ? 'It' : all} kept up with the rate`;
  if (count === 1) return 'It was waiting for its users';
  return `${all} were waiting for their users`;
}
