import { countText } from '../../core/number-text.ts';
import type { Metric } from '../../core/metric.ts';
import { timeText } from '../../report/duration.ts';
import { figureMarkup } from '../../report/figure/figure.ts';
import { changeText, type HistoryDatum, historySvg, isCut } from '../../report/figure/history.ts';
import { type Markup, markup } from '../../report/markup.ts';
import { METRIC_LOOKS } from '../../report/value-text.ts';
import type { CellHistory } from './cell-history.ts';

/** One cell of a series over time: a picture, and the same in words. */
export function historyFigure(history: CellHistory, metric: Metric): Markup {
  const { sessions, changes, hosts, cell } = history;
  const { factor, unit, head } = METRIC_LOOKS[metric];
  const scaled = (value: number | null) => (value === null ? null : value * factor);
  const points: HistoryDatum[] = sessions.map(({ at, commit, value, lo, hi, host, isInvalid, isBaseline }) => ({
    label: commit?.slice(0, 7) ?? at.slice(5, 10),
    value: scaled(value),
    lo: scaled(lo),
    hi: scaled(hi),
    host,
    isInvalid,
    isBaseline,
  }));
  const scaledChanges = changes.map(({ index, before, after }) => ({
    index,
    before: before * factor,
    after: after * factor,
  }));
  const svg = historySvg({ points, changes: scaledChanges });
  return markup`<div class="history">${figureMarkup({
    id: 'history',
    number: 'History',
    title: cell,
    legend: hosts.map((host, colour) => ({ label: `host ${host.slice(0, 12)}`, colour })),
    panels: [{ title: `${head}, ${unit}${isCut(points) ? '; the axis does not begin at 0' : ''}`, svg }],
    finding: findingOf(history),
  })}</div>`;
}

function findingOf({ sessions, changes }: CellHistory): string {
  const [first, last] = [sessions[0], sessions.at(-1)];
  if (first === undefined || last === undefined) return 'No session yet.';
  const span = `${countText(sessions.length, 'session')}, ${timeText(first.at)} to ${timeText(last.at)}.`;
  const levels = changes.map(
    ({ index, before, after }) => `${changeText(before, after)} at ${timeText(sessions[index]?.at ?? '')}`,
  );
  const changed = levels.length === 0 ? 'No change of level was found.' : `The level changed: ${levels.join('; ')}.`;
  const invalid = sessions.some(({ isInvalid }) => isInvalid) ? ' Hollow and grey: may not be used.' : '';
  return `${span} ${changed} Lines through the points: 95 % intervals.${invalid}`;
}
