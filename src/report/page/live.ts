import type { Results } from '../../core/results.ts';
import { type Markup, markup, trusted } from '../markup.ts';

/** Where the page asks how far the experiment is. */
export interface Live {
  /** Answers the experiment as `GET /v1/experiments/{id}` does, with an ETag. */
  readonly status_url: string;
}

/** Time between two questions (s): a trial takes longer, and an answer that has not changed is a 304 without a body. */
const POLL_S = 2;

export function liveBar({ experiment }: Results, live: Live): Markup {
  const { status, trials_done, trials_planned } = experiment;
  return markup`<div class="live" id="live" data-status-url="${live.status_url}" data-shown="${status} ${trials_done}" role="status">
<progress max="${trials_planned}" value="${trials_done}" aria-label="trials done"></progress>
<p><span id="live-trials">${trials_done} of ${trials_planned} trials</span><span id="live-now"></span><span id="live-eta"></span></p></div>`;
}

/** Polls; shows progress at once, and fetches the page's content again when a trial has come or the state has changed. */
const SCRIPT = `
(() => {
  const bar = document.getElementById('live');
  const url = bar.dataset.statusUrl;
  const put = (id, text) => { document.getElementById(id).textContent = text; };
  const span = (s) => s < 60 ? s + ' s' : s < 3600 ? Math.round(s / 60) + ' min' : Math.floor(s / 3600) + ' h ' + Math.round(s % 3600 / 60) + ' min';
  const ended = (status) => status === 'succeeded' || status === 'failed' || status === 'canceled';
  let etag = null;
  let shown = bar.dataset.shown;
  const reload = async () => {
    const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
    if (!answer.ok) throw new Error(String(answer.status));
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const open = new Map([...document.querySelectorAll('main details[id]')].map((d) => [d.id, d.open]));
    const scrolled = new Map([...document.querySelectorAll('main figure[id] .scroll')].map((e) => [e.closest('figure').id, [e.scrollLeft, e.scrollTop]]));
    const at = [scrollX, scrollY];
    document.querySelector('main').replaceWith(document.adoptNode(next.querySelector('main')));
    for (const [id, value] of open) { const d = document.getElementById(id); if (d) d.open = value; }
    for (const [id, [x, y]] of scrolled) { const e = document.querySelector('#' + CSS.escape(id) + ' .scroll'); if (e) { e.scrollLeft = x; e.scrollTop = y; } }
    document.title = next.title;
    scrollTo(at[0], at[1]);
  };
  const show = (e) => {
    const p = e.progress || {};
    bar.querySelector('progress').value = e.trials_done;
    put('live-trials', e.trials_done + ' of ' + e.trials_planned + ' trials');
    const rate = p.rps === null || p.rps === undefined ? '' : ', ' + Math.round(p.rps) + ' requests/s';
    const errors = p.errors ? ', ' + p.errors + ' errors' : '';
    put('live-now', p.cell ? p.cell + (p.phase ? ', ' + p.phase : '') + rate + errors : p.phase || e.status);
    put('live-eta', p.eta_s === null || p.eta_s === undefined ? '' : 'about ' + span(p.eta_s) + ' left');
  };
  const poll = async () => {
    const answer = await fetch(url, { headers: etag === null ? {} : { 'If-None-Match': etag }, cache: 'no-store' });
    if (answer.status === 304) return false;
    if (!answer.ok) throw new Error(String(answer.status));
    const experiment = await answer.json();
    show(experiment);
    const version = experiment.status + ' ' + experiment.trials_done;
    if (version !== shown) { await reload(); shown = version; }
    etag = answer.headers.get('ETag');
    if (ended(experiment.status)) { bar.remove(); return true; }
    return false;
  };
  const loop = () => poll().catch(() => { put('live-now', 'the service does not answer; trying again'); return false; }).then((done) => { if (!done) setTimeout(loop, ${POLL_S * 1000}); });
  loop();
})();
`;

export function liveScript(): Markup {
  return markup`<script>${trusted(SCRIPT)}</script>`;
}
