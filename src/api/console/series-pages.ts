import { AppError } from '../../core/errors.ts';
import { METRICS } from '../../core/metric.ts';
import { slug } from '../../core/spec-name.ts';
import { markup } from '../../report/markup.ts';
import type { History, Series } from './cell-history.ts';
import type { Shown } from './frame.ts';
import { givenQuery, listing, olderLink, when } from './listing.ts';
import { shownSeries } from './series-shown.ts';
import { type Console, consolePage, type Visit } from './visit.ts';

/** The series of the project, and each with its history. */
export function seriesPages(console: Console): void {
  consolePage(console, { path: '/console/series', scope: 'read' }, allSeries);
  consolePage(console, { path: '/console/series/:name', scope: 'read' }, async (visit) => {
    const name = slug.safeParse(visit.c.req.param('name'));
    if (!name.success) throw new AppError('not-found', 'no series has this name');
    return oneSeries(visit, name.data);
  });
}

async function allSeries({ c, ask }: Visit): Promise<Shown> {
  const query = new URLSearchParams(givenQuery(c.req.query(), ['cursor'])).toString();
  const { series, next } = await ask.get<{ series: Series[]; next: string | null }>(`/v1/series?${query}`);
  const body = markup`<header><h1>Series</h1></header>
<p class="lead">A series is the history of one experiment: what has the same <code>series</code> in its spec, commit after commit.</p>
${listing({
  id: 'series',
  label: 'Series by name',
  columns: ['Series', 'Main branch', 'Baseline', 'Pinned'].map((head) => ({ head })),
  rows: series.map(({ name, main_branch, baseline }) => ({
    head: markup`<a href="/console/series/${name}">${name}</a>`,
    cells: [
      markup`<code>${main_branch}</code>`,
      baseline === null
        ? '—'
        : markup`<a href="/console/experiments/${baseline.experiment_id}"><code>${baseline.experiment_id}</code></a>`,
      when(baseline?.set_at ?? null),
    ],
  })),
  none: 'No experiment is of a series yet.',
})}
${olderLink(next, '/console/series')}`;
  return { title: 'Series', body };
}

async function oneSeries({ c, ask }: Visit, name: string): Promise<Shown> {
  const asked = c.req.query();
  const metric = METRICS.find((known) => known === asked['metric']) ?? 'throughput_rps';
  const series = await ask.get<Series>(`/v1/series/${name}`);
  const query = new URLSearchParams({ metric, ...givenQuery(asked, ['cursor']) }).toString();
  const history = await ask.get<History>(`/v1/series/${name}/history?${query}`);
  return { title: `Series ${name}`, body: shownSeries(series, history, asked['cell'] ?? null, await chartMaker()) };
}

/** What draws is a large part of what the service loads: read when the first chart is asked for, not at the start. */
async function chartMaker() {
  const { historyFigure } = await import('./history-figure.ts');
  return historyFigure;
}
