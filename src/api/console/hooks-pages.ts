import { z } from '@hono/zod-openapi';
import { type Markup, markup } from '../../report/markup.ts';
import type { hookDeliverySchema, hookSchema } from '../hook-view.ts';
import { type Shown, postForm } from './frame.ts';
import { facts, givenQuery, listing, olderLink, pill, when } from './listing.ts';
import { ownId } from './own-id.ts';
import { type Console, consoleAction, consolePage, seeOther, type Visit } from './visit.ts';

type Hook = z.output<typeof hookSchema>;
type Delivery = z.output<typeof hookDeliverySchema>;

/** The hooks of the project, what each was sent, and letting the commit of a fork run. */
export function hooksPages(console: Console): void {
  consolePage(console, { path: '/console/hooks', scope: 'admin' }, allHooks);
  consolePage(console, { path: '/console/hooks/:id', scope: 'admin' }, oneHook);
  const path = '/console/hooks/:id/deliveries/:delivery/approve';
  consoleAction(console, { path, scope: 'admin', fields: z.strictObject({}) }, async ({ c, ask }) => {
    const id = ownId(c, 'hook');
    await ask.send('POST', `/v1/hooks/${id}/deliveries/${ownId(c, 'delivery', 'delivery')}/approve`);
    return seeOther(c, `/console/hooks/${id}`);
  });
}

async function allHooks({ ask }: Visit): Promise<Shown> {
  const { hooks } = await ask.get<{ hooks: Hook[] }>('/v1/hooks');
  const body = markup`<header><h1>Hooks</h1></header>
<p class="lead">Where code hosts send their events, which start experiments. They are made with <code>benchwright hooks create</code>.</p>
${listing({
  id: 'hooks',
  label: 'Hooks, oldest first',
  columns: ['Hook', 'Of', 'Repository', 'Events', 'State'].map((head) => ({ head })),
  rows: hooks.map((hook) => ({
    head: markup`<a href="/console/hooks/${hook.id}">${hook.name}</a>`,
    cells: [hook.provider, hook.repo ?? '—', hook.events.join(', '), stateOf(hook)],
  })),
  none: 'The project has no hook.',
})}`;
  return { title: 'Hooks', body };
}

function stateOf({ disabled_at }: Hook): Markup {
  return disabled_at === null ? markup`on` : markup`off since ${when(disabled_at)}`;
}

async function oneHook(visit: Visit): Promise<Shown> {
  const { c, ask } = visit;
  const id = ownId(c, 'hook');
  const hook = await ask.get<Hook>(`/v1/hooks/${id}`);
  const query = new URLSearchParams(givenQuery(c.req.query(), ['cursor'])).toString();
  const { deliveries, next } = await ask.get<{ deliveries: Delivery[]; next: string | null }>(
    `/v1/hooks/${id}/deliveries?${query}`,
  );
  const body = markup`<header><p class="eyebrow">Hook</p><h1>${hook.name}</h1><p class="meta"><code>${hook.id}</code></p></header>
${facts([
  ['Of', `${hook.provider}${hook.repo === null ? '' : `, ${hook.repo}`}`],
  ['Events', hook.events.join(', ')],
  ['Branches', hook.branches.join(', ')],
  ['State', stateOf(hook)],
  ['Comments', `${hook.comment}${hook.has_token ? '' : ' (it has no token: nothing is written back)'}`],
  ['Events are sent to', markup`<code>${hook.path}</code>`],
])}
<section><h2>Deliveries</h2>${listing({
    id: 'deliveries',
    label: 'Deliveries, newest first',
    columns: ['Event', 'Received', 'Outcome', 'What came of it', 'Commit'].map((head) => ({ head })),
    rows: deliveries.map((delivery) => rowOf(visit, hook, delivery)),
    none: 'Nothing came in the last 30 days.',
  })}
${olderLink(next, `/console/hooks/${id}`)}</section>`;
  return { title: hook.name, body };
}

function rowOf({ c }: Visit, hook: Hook, delivery: Delivery) {
  const { id, event, received_at, outcome, says, experiment_id, pull_request, head_sha } = delivery;
  const about = pull_request === null ? '' : ` #${pull_request}`;
  return {
    head: `${event}${about}`,
    cells: [
      when(received_at),
      markup`${pill(outcome)}${outcome === 'waiting-approval' && postForm(c, `/console/hooks/${hook.id}/deliveries/${id}/approve`, markup`<button>Approve</button>`)}`,
      markup`${says}${experiment_id !== null && markup` <a href="/console/experiments/${experiment_id}">experiment</a>`}`,
      head_sha === null ? '—' : markup`<code class="keep">${head_sha.slice(0, 12)}</code>`,
    ],
  };
}
