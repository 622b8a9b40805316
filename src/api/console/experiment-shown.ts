import type { z } from '@hono/zod-openapi';
import { hasEnded } from '../../core/job.ts';
import { countText } from '../../core/number-text.ts';
import { durationText, secondsBetween } from '../../report/duration.ts';
import { type Content, type Markup, markup } from '../../report/markup.ts';
import type { experimentSchema } from '../experiment-view.ts';
import { experimentActions } from './experiment-actions.ts';
import { allEvents, eventsSection } from './experiment-events.ts';
import { outcomeOf, outcomeSection } from './experiment-outcome.ts';
import { statusOf } from './experiment-status.ts';
import type { Shown } from './frame.ts';
import { facts, pill, when } from './listing.ts';
import type { Visit } from './visit.ts';

export type Experiment = z.output<typeof experimentSchema>;

/** One experiment: how far it is, what came of it, what happened to it, and what may be done about it. `says`: what has just been done. */
export async function shownExperiment(visit: Visit, row: Experiment, says: Content = null): Promise<Shown> {
  const ended = hasEnded(row.status);
  const [events, outcome] = [await allEvents(visit.ask, row.id), ended ? await outcomeOf(visit.ask, row.id) : null];
  const body = markup`<header><p class="eyebrow">Experiment</p><h1>${row.name}</h1>
<p class="meta">${statusOf(row)} ${row.verdict !== 'none' && markup`<span>gate ${pill(row.verdict)}</span>`} <code>${row.id}</code></p></header>
${says}
${row.status === 'running' && progressOf(row)}
${experimentActions(visit, row)}
${outcome !== null && outcomeSection(outcome)}
${facts(factsOf(row))}
${eventsSection(events)}`;
  return { title: row.name, body, isLive: !ended };
}

function progressOf({ progress, trials_done, trials_planned }: Experiment): Markup {
  const at = [
    progress?.cell,
    progress?.phase,
    progress?.rps == null ? null : `${Math.round(progress.rps)} requests/s`,
    progress?.eta_s == null ? null : `about ${durationText(progress.eta_s)} left`,
  ].filter((part) => part != null);
  return markup`<div role="status"><progress class="progress" max="${trials_planned}" value="${trials_done}" aria-label="trials done"></progress>
<p>${trials_done} of ${trials_planned} trials${at.map((part) => markup` · ${part}`)}</p></div>`;
}

function factsOf(row: Experiment): (readonly [string, Content])[] {
  const { origin, series } = row;
  const took =
    row.started_at !== null && row.ended_at !== null
      ? durationText(secondsBetween(row.started_at, row.ended_at))
      : null;
  return [
    ['Trials', `${row.trials_done} of ${row.trials_planned}, in ${countText(row.cells, 'cell')}`],
    [took === null ? 'Estimated' : 'Took', took ?? durationText(row.estimated_s)],
    ['Submitted', when(row.created_at)],
    ['Started', when(row.started_at)],
    ['Ended', when(row.ended_at)],
    ['Series', series === null ? '—' : markup`<a href="/console/series/${series}">${series}</a>`],
    ...(origin === null ? [] : originFacts(origin)),
    ...Object.entries(row.labels).map(([key, value]) => [`Label ${key}`, markup`<code>${value}</code>`] as const),
  ];
}

function originFacts(origin: NonNullable<Experiment['origin']>): (readonly [string, Content])[] {
  const { repo, pull_request, branch, head_sha, fork } = origin;
  const parts = [repo, pull_request === null ? null : `#${pull_request}`, branch, fork ? 'fork' : null];
  return [
    ['Started by', `${origin.provider}: ${parts.filter((part) => part !== null).join(' ')}`],
    ...(head_sha === null ? [] : [['Commit', markup`<code>${head_sha.slice(0, 12)}</code>`] as const]),
  ];
}
