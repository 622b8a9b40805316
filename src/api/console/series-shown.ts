import { METRICS, type Metric } from '../../core/metric.ts';
import { type Content, type Markup, markup } from '../../report/markup.ts';
import { METRIC_LOOKS, plainText } from '../../report/value-text.ts';
import { type CellHistory, cellHistory, cellsOf, type History, type Series } from './cell-history.ts';
import { facts, listing, olderLink, pill, when } from './listing.ts';

type FigureMaker = (history: CellHistory, metric: Metric) => Markup;

/** A series: one cell over time, where levels changed in any of them, and the experiments. */
export function shownSeries(series: Series, history: History, wanted: string | null, figure: FigureMaker): Markup {
  const cells = cellsOf(history);
  const cell = cells.find((each) => each === wanted) ?? cells[0];
  const { name, main_branch, baseline } = series;
  const { metric } = history;
  return markup`<header><p class="eyebrow">Series</p><h1>${name}</h1></header>
${facts([
  ['Main branch', markup`<code>${main_branch}</code>`],
  [
    'Baseline',
    baseline === null
      ? 'none is pinned'
      : markup`<a href="/console/experiments/${baseline.experiment_id}">pinned ${when(baseline.set_at)}</a>`,
  ],
  ['Experiments', markup`<a href="/?series=${name}">all of them</a>`],
])}
${
  cell === undefined
    ? markup`<p class="muted">No experiment of the branch <code>${main_branch}</code> (label <code>branch</code>) has succeeded yet, so there is no history.</p>`
    : ofCell(series, history, { cell, cells, figure })
}
${olderLink(history.next, `/console/series/${name}`, { metric, ...(cell === undefined ? {} : { cell }) })}`;
}

interface Chosen {
  readonly cell: string;
  readonly cells: readonly string[];
  readonly figure: FigureMaker;
}

function ofCell(series: Series, history: History, { cell, cells, figure }: Chosen): Markup {
  const { metric } = history;
  const ofThis = cellHistory(history, series, cell);
  return markup`<form class="fields" method="get" action="/console/series/${series.name}">
<div><label for="metric">Metric</label><select id="metric" name="metric">${METRICS.map((each) => option(each, metricName(each), metric))}</select></div>
<div><label for="cell">Cell</label><select id="cell" name="cell">${cells.map((each) => option(each, each, cell))}</select></div>
<div><button>Show</button></div></form>
${figure(ofThis, metric)}
${changesSection(series, history)}
<section><h2>Sessions of ${cell}</h2>${sessionsTable(ofThis, metric)}</section>`;
}

function option(value: string, text: string, chosen: string): Markup {
  return markup`<option value="${value}"${value === chosen && markup` selected`}>${text}</option>`;
}

function metricName(metric: Metric): string {
  const { head, unit } = METRIC_LOOKS[metric];
  return `${metric.startsWith('latency_') ? 'Latency, ' : ''}${head} (${unit})`;
}

/** Those of every cell: where to look next. */
function changesSection({ name }: Series, { change_points, metric }: History): Markup {
  return markup`<section><h2>Changes of level</h2>${listing({
    id: 'changes',
    label: 'Changes of level, oldest first',
    columns: [
      { head: 'Cell' },
      { head: 'First session' },
      { head: 'Before', isNumber: true },
      { head: 'After', isNumber: true },
      { head: 'p', isNumber: true },
    ],
    rows: change_points.map(({ cell, experiment_id, before, after, p }) => ({
      head: markup`<a href="/console/series/${name}?${new URLSearchParams({ metric, cell }).toString()}">${cell}</a>`,
      cells: [
        markup`<a href="/console/experiments/${experiment_id}"><code>${experiment_id}</code></a>`,
        plainText(metric, before),
        plainText(metric, after),
        p < 0.0001 ? '< 0.0001' : p.toPrecision(2),
      ],
    })),
    none: 'None among these sessions; a cell needs eight on one host.',
  })}</section>`;
}

function sessionsTable({ sessions, hosts }: CellHistory, metric: Metric): Markup {
  return listing({
    id: 'sessions',
    label: 'Sessions, newest first',
    columns: [
      { head: 'When' },
      { head: 'Commit' },
      { head: `Value, ${METRIC_LOOKS[metric].unit}`, isNumber: true },
      { head: 'Verdict' },
      { head: 'Host' },
      { head: '' },
    ],
    rows: sessions
      .toReversed()
      .map(({ experiment_id, at, commit, value, lo, hi, n, verdict, host, isInvalid, isBaseline }) => {
        const spread: Content =
          lo !== null && hi !== null ? `${plainText(metric, lo)}–${plainText(metric, hi)}` : `n = ${n}`;
        return {
          head: markup`<a href="/console/experiments/${experiment_id}">${when(at)}</a>`,
          cells: [
            commit === null ? '—' : markup`<code>${commit.slice(0, 12)}</code>`,
            markup`${plainText(metric, value)}<small>${spread}</small>`,
            verdict === 'none' ? '—' : pill(verdict),
            markup`<code>${hosts[host]?.slice(0, 12)}</code>`,
            markup`${isBaseline && pill('baseline')}${isInvalid && pill('invalid')}`,
          ],
        };
      }),
    none: 'None.',
  });
}
