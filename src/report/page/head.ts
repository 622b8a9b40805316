import type { Results } from '../../core/results.ts';
import { countText } from '../../core/number-text.ts';
import { durationText, secondsBetween, timeText } from '../duration.ts';
import { type Content, type Markup, markup } from '../markup.ts';

const REASON_TEXTS: Readonly<Record<string, string>> = {
  'runner-lost': 'the runner was lost',
  deadline: 'its time was over',
  'no-runner': 'no runner took it',
  'fail-fast': 'a trial failed and fail_fast was set',
  'no-ok-trial': 'no trial succeeded',
  canceled: 'it was canceled',
};

export function pageHead({ experiment }: Results): Markup {
  const { name, id, status, reason, started_at, created_at } = experiment;
  return markup`<header><p class="eyebrow">Benchwright report</p>
<h1>${name}</h1>
<p class="meta"><span class="pill status ${status}">${status}</span>${reason !== null && markup` <span>${REASON_TEXTS[reason] ?? reason}</span>`} <span>${timeText(started_at ?? created_at)}</span> <code>${id}</code></p></header>`;
}

/** The answer in words, before anything else. */
export function answerSection({ answer, partial, experiment }: Results): Markup {
  const [first, ...rest] = answer;
  const none =
    experiment.status === 'queued'
      ? 'Waiting for a runner.'
      : partial
        ? 'The answer comes when there are enough trials.'
        : 'Nothing can be concluded from these trials.';
  return markup`<section id="answer"><h2>Answer${partial && markup` <small>so far</small>`}</h2>
${first === undefined ? markup`<p class="answer">${none}</p>` : markup`<p class="answer">${first}</p>`}
${rest.length > 0 && markup`<ul class="answers">${rest.map((sentence) => markup`<li>${sentence}</li>`)}</ul>`}</section>`;
}

/** Status, host, trials, duration, and how far the whole may be believed. */
export function keyFacts(results: Results, generatedAt: string | null): Markup {
  const { experiment, host } = results;
  const unknown = results.partial ? 'not known yet' : 'not recorded';
  const facts: (readonly [string, Content])[] = [
    ['Trials', trialsText(results)],
    ['Duration', spanText(experiment, generatedAt)],
    ['Host', host === null ? unknown : `${host.fingerprint.cpu_model}, ${countText(host.fingerprint.cores, 'core')}`],
    [
      'System',
      host === null
        ? unknown
        : `${host.fingerprint.os}${host.fingerprint.virtualisation === null ? '' : `, ${host.fingerprint.virtualisation}`}`,
    ],
    ['Window', windowText(experiment.spec)],
    ...seriesFacts(experiment.spec),
    ...Object.entries(experiment.labels).map(([key, value]) => [`Label ${key}`, value] as const),
  ];
  return markup`<section id="facts" aria-label="Key facts"><dl class="facts">${facts.map(([term, says]) => markup`<div><dt>${term}</dt><dd>${says}</dd></div>`)}</dl>
${beliefMarkup(results)}</section>`;
}

/** The series it belongs to, and the commits that were measured, where the spec names them. */
function seriesFacts({ series, deployments }: Results['experiment']['spec']): (readonly [string, string])[] {
  const commits = (Array.isArray(deployments) ? deployments : []).flatMap((deployment: unknown) => {
    if (typeof deployment !== 'object' || deployment === null || !('ref' in deployment)) return [];
    const { ref } = deployment;
    return typeof ref === 'string' ? [`${'id' in deployment ? String(deployment.id) : ''} ${ref}`.trim()] : [];
  });
  return [
    ...(typeof series === 'string' ? [['Series', series] as const] : []),
    ...(commits.length > 0 ? [['Commits', commits.join(', ')] as const] : []),
  ];
}

function trialsText({ experiment, trials }: Results): string {
  const failed = trials.filter((trial) => trial.state === 'error').length;
  const skipped = trials.filter((trial) => trial.state === 'skipped').length;
  const trouble = [failed > 0 ? `${failed} failed` : null, skipped > 0 ? `${skipped} skipped` : null].filter(
    (part) => part !== null,
  );
  return `${experiment.trials_done} of ${experiment.trials_planned}${trouble.length === 0 ? '' : ` (${trouble.join(', ')})`}`;
}

function spanText({ started_at, ended_at }: Results['experiment'], generatedAt: string | null): string {
  if (started_at === null) return 'not started';
  if (ended_at !== null) return durationText(secondsBetween(started_at, ended_at));
  return generatedAt === null ? 'running' : `${durationText(secondsBetween(started_at, generatedAt))} so far`;
}

function windowText(spec: Results['experiment']['spec']): string {
  const { window_s, warmup_s, repetitions } = spec;
  if (typeof window_s !== 'number' || typeof repetitions !== 'number') return 'not recorded';
  const warmup = typeof warmup_s === 'number' ? `, after ${durationText(warmup_s)} of warm-up` : '';
  return `${durationText(window_s)} × ${repetitions}${warmup}`;
}

/** How many cells are valid, suspect, invalid: as a bar and in words. */
function beliefMarkup({ cells }: Results): Markup | null {
  const measured = cells.filter((cell) => cell.validity !== null);
  if (measured.length === 0) return null;
  const counts = (['valid', 'suspect', 'invalid'] as const).map((validity) => ({
    validity,
    count: measured.filter((cell) => cell.validity === validity).length,
  }));
  const missing = cells.length - measured.length;
  return markup`<div class="belief"><p><b>How far it may be believed.</b> Of ${countText(measured.length, 'cell')}: ${counts.map(({ validity, count }) => markup`<span class="nowrap"><span class="dot ${validity}"></span>${count} ${validity}</span> `)}${missing > 0 && markup`<span class="muted">(${missing} not measured yet)</span> `}<a href="#findings">Why</a></p>
<div class="bar" aria-hidden="true">${counts.filter(({ count }) => count > 0).map(({ validity, count }) => markup`<span class="${validity}" style="flex:${count}"></span>`)}</div></div>`;
}
