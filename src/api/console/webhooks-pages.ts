import type { z } from '@hono/zod-openapi';
import { type Markup, markup } from '../../report/markup.ts';
import type { deliverySchema, webhookSchema } from '../webhook-view.ts';
import { type Shown, postForm } from './frame.ts';
import { facts, givenQuery, listing, olderLink, pill, when } from './listing.ts';
import { ownId } from './own-id.ts';
import { type Console, consolePage, type Visit } from './visit.ts';

type Webhook = z.output<typeof webhookSchema>;
type Delivery = z.output<typeof deliverySchema>;

/** The webhooks of the project, and what each was told and is to be told. */
export function webhooksPages(console: Console): void {
  consolePage(console, { path: '/console/webhooks', scope: 'admin' }, allWebhooks);
  consolePage(console, { path: '/console/webhooks/:id', scope: 'admin' }, oneWebhook);
}

async function allWebhooks({ ask }: Visit): Promise<Shown> {
  const { webhooks } = await ask.get<{ webhooks: Webhook[] }>('/v1/webhooks');
  const body = markup`<header><h1>Webhooks</h1></header>
<p class="lead">Addresses that are told what happens. They are made with <code>benchwright webhooks create</code>.</p>
${listing({
  id: 'webhooks',
  label: 'Webhooks, oldest first',
  columns: ['Address', 'For', 'Events', 'State'].map((head) => ({ head })),
  rows: webhooks.map((webhook) => ({
    head: markup`<a href="/console/webhooks/${webhook.id}">${hostOf(webhook.url)}</a>`,
    cells: [webhook.description === '' ? '—' : webhook.description, webhook.events.join(', '), stateOf(webhook)],
  })),
  none: 'The project has no webhook.',
})}`;
  return { title: 'Webhooks', body };
}

/** Paths of such addresses are often secrets: a list that somebody looks over needs none. */
function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url;
}

function stateOf({ disabled_at, disabled_reason }: Webhook): Markup {
  if (disabled_at === null) return markup`on`;
  return markup`off since ${when(disabled_at)}${disabled_reason === 'gone' && ': it has answered 410'}`;
}

async function oneWebhook({ c, ask }: Visit): Promise<Shown> {
  const id = ownId(c, 'webhook');
  const webhook = await ask.get<Webhook>(`/v1/webhooks/${id}`);
  const query = new URLSearchParams(givenQuery(c.req.query(), ['cursor'])).toString();
  const { deliveries, next } = await ask.get<{ deliveries: Delivery[]; next: string | null }>(
    `/v1/webhooks/${id}/deliveries?${query}`,
  );
  const at = `/console/webhooks/${id}`;
  const body = markup`<header><p class="eyebrow">Webhook</p><h1>${hostOf(webhook.url)}</h1><p class="meta"><code>${id}</code></p></header>
${facts([
  ['Address', markup`<code>${webhook.url}</code>`],
  ['For', webhook.description === '' ? '—' : webhook.description],
  ['Events', webhook.events.join(', ')],
  ['State', stateOf(webhook)],
])}
<div class="actions">${postForm(c, `${at}/test`, markup`<button>Send a test</button>`)}</div>
<section><h2>Deliveries</h2>${listing({
    id: 'deliveries',
    label: 'Deliveries, newest first',
    columns: ['Event', 'Made', 'State', 'Attempts', 'Next attempt', 'Experiment'].map((head) => ({ head })),
    rows: deliveries.map((delivery) => ({
      head: markup`<a href="${at}/deliveries/${delivery.id}">${delivery.event}</a>`,
      cells: [
        when(delivery.created_at),
        pill(delivery.state),
        delivery.attempts,
        when(delivery.next_attempt_at),
        delivery.experiment_id === null
          ? '—'
          : markup`<a href="/console/experiments/${delivery.experiment_id}">experiment</a>`,
      ],
    })),
    none: 'Nothing was to be sent in the last 30 days.',
  })}
${olderLink(next, at)}</section>`;
  return { title: hostOf(webhook.url), body };
}
