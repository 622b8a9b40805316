import { z } from '@hono/zod-openapi';
import { markup } from '../../report/markup.ts';
import type { wholeDeliverySchema } from '../webhook-view.ts';
import { type Shown, postForm } from './frame.ts';
import { facts, listing, pill, when } from './listing.ts';
import { ownId } from './own-id.ts';
import { type Console, consoleAction, consolePage, seeOther, type Visit } from './visit.ts';

type WholeDelivery = z.output<typeof wholeDeliverySchema>;

const NO_FIELDS = z.strictObject({});

/** One delivery with its attempts, and sending by hand. */
export function webhookDeliveryPage(console: Console): void {
  const path = '/console/webhooks/:id/deliveries/:delivery';
  consolePage(console, { path, scope: 'admin' }, oneDelivery);
  consoleAction(console, { path: `${path}/redeliver`, scope: 'admin', fields: NO_FIELDS }, async ({ c, ask }) => {
    const [id, delivery] = [ownId(c, 'webhook'), ownId(c, 'delivery', 'delivery')];
    await ask.send('POST', `/v1/webhooks/${id}/deliveries/${delivery}/redeliver`);
    return seeOther(c, `/console/webhooks/${id}/deliveries/${delivery}`);
  });
  const test = '/console/webhooks/:id/test';
  consoleAction(console, { path: test, scope: 'admin', fields: NO_FIELDS }, async ({ c, ask }) => {
    const id = ownId(c, 'webhook');
    const answer = await ask.send('POST', `/v1/webhooks/${id}/test`);
    const delivery = (await answer.json()) as { id: string };
    return seeOther(c, `/console/webhooks/${id}/deliveries/${delivery.id}`);
  });
}

async function oneDelivery({ c, ask }: Visit): Promise<Shown> {
  const [id, delivery] = [ownId(c, 'webhook'), ownId(c, 'delivery', 'delivery')];
  const row = await ask.get<WholeDelivery>(`/v1/webhooks/${id}/deliveries/${delivery}`);
  const body = markup`<header><p class="eyebrow"><a href="/console/webhooks/${id}">Webhook</a>, delivery</p><h1>${row.event}</h1>
<p class="meta">${pill(row.state)} <code>${row.id}</code></p></header>
${facts([
  ['Made', when(row.created_at)],
  ['Attempts', row.attempts],
  ['Next attempt', when(row.next_attempt_at)],
  ['Ended', when(row.ended_at)],
  ...(row.experiment_id === null
    ? []
    : [
        [
          'Experiment',
          markup`<a href="/console/experiments/${row.experiment_id}"><code>${row.experiment_id}</code></a>`,
        ] as const,
      ]),
])}
<div class="actions">${postForm(c, `/console/webhooks/${id}/deliveries/${delivery}/redeliver`, markup`<button>Send it again</button>`)}</div>
<section><h2>Attempts</h2>${listing({
    id: 'attempts',
    label: 'Attempts, oldest first',
    columns: [
      { head: 'No.' },
      { head: 'When' },
      { head: 'Answer' },
      { head: 'Took, ms', isNumber: true },
      { head: 'What it said' },
    ],
    rows: row.log.map(({ n, at, status, error, duration_ms, answer }) => ({
      head: n,
      cells: [
        when(at),
        status ?? 'none',
        duration_ms,
        markup`${error}${error !== null && answer !== '' && ' '}${answer !== '' && markup`<code>${answer}</code>`}`,
      ],
    })),
    none: 'It was not tried yet.',
  })}</section>
<section><h2>What is sent</h2><pre tabindex="0"><code>${JSON.stringify(row.payload, null, 2)}</code></pre></section>`;
  return { title: row.event, body, isLive: row.state === 'pending' };
}
