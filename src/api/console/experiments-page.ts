import { AppError } from '../../core/errors.ts';
import { EXPERIMENT_STATES, hasEnded } from '../../core/job.ts';
import { type Content, type Markup, markup } from '../../report/markup.ts';
import { countStranger } from '../rate-limit.ts';
import { type ExperimentSummary, statusOf } from './experiment-status.ts';
import { answerPage, type Shown } from './frame.ts';
import { givenQuery, listing, olderLink, pill, when } from './listing.ts';
import { signInPage } from './sign-in-page.ts';
import { type Console, type Visit, visitOf } from './visit.ts';
import { wantsPage } from './wants-page.ts';

interface Page {
  readonly experiments: readonly ExperimentSummary[];
  readonly next: string | null;
}

const FILTERS = ['status', 'series'] as const;

/** `/`: for a browser the experiments, or the way in; for all others there is nothing, as before there was a console. */
export function experimentsPage(console: Console): void {
  console.app.get('/', async (c) => {
    c.set('route', '/');
    if (!wantsPage(c.req.header('Accept'))) {
      await countStranger(console.deps, c);
      throw new AppError('not-found', 'nothing is at /');
    }
    const visit = await visitOf(console, c);
    return answerPage(c, visit === null ? signInPage(c, 200) : await experiments(visit));
  });
}

async function experiments({ c, caller, ask }: Visit): Promise<Shown> {
  const asked = c.req.query();
  const query = new URLSearchParams(givenQuery(asked, [...FILTERS, 'cursor'])).toString();
  const { experiments: rows, next } = await ask.get<Page>(`/v1/experiments?${query}`);
  const filter = givenQuery(asked, FILTERS);
  const none =
    Object.keys(filter).length > 0 || asked['cursor']
      ? 'No experiment fits.'
      : markup`No experiment yet. ${caller.scopes.includes('submit') && markup`<a href="/console/submit">Submit one</a>.`}`;
  const body = markup`<header><h1>Experiments</h1></header>
${filterForm(filter)}
${listing({
  id: 'experiments',
  label: 'Experiments, newest first',
  columns: ['Experiment', 'Status', 'Verdict', 'Series', 'Trials', 'Submitted'].map((head) => ({ head })),
  rows: rows.map(rowOf),
  none,
})}
${olderLink(next, '/', filter)}`;
  return { title: 'Experiments', body, isLive: rows.some(({ status }) => !hasEnded(status)) };
}

function filterForm({ status = '', series = '' }: Record<string, string>): Markup {
  const option = (value: string, text: string) =>
    markup`<option value="${value}"${value === status && markup` selected`}>${text}</option>`;
  return markup`<form class="fields" method="get" action="/">
<div><label for="status">Status</label><select id="status" name="status">${option('', 'any')}${EXPERIMENT_STATES.map((state) => option(state, state))}</select></div>
<div><label for="series">Series</label><input id="series" name="series" value="${series}" maxlength="40" autocapitalize="none" spellcheck="false"></div>
<div><button>Show</button> ${(status !== '' || series !== '') && markup`<a class="button" href="/">Show all</a>`}</div></form>`;
}

function rowOf(row: ExperimentSummary) {
  return {
    head: markup`<a href="/console/experiments/${row.id}">${row.name}</a>`,
    cells: [
      statusOf(row),
      row.verdict === 'none' ? '—' : pill(row.verdict),
      row.series === null ? '—' : markup`<a href="/console/series/${row.series}">${row.series}</a>`,
      trialsOf(row),
      when(row.created_at),
    ],
  };
}

function trialsOf({ status, trials_done, trials_planned }: ExperimentSummary): Content {
  const bar = markup`<progress max="${trials_planned}" value="${trials_done}" aria-hidden="true"></progress> `;
  return markup`<span class="keep">${status === 'running' && bar}${trials_done} of ${trials_planned}</span>`;
}
