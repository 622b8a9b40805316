import { z } from '@hono/zod-openapi';
import type { TargetOffer } from '../../core/offer.ts';
import { type Content, type Markup, markup } from '../../report/markup.ts';
import type { runnerSchema } from '../runner-view.ts';
import { type Shown, postForm } from './frame.ts';
import { listing, pill, when } from './listing.ts';
import { ownId } from './own-id.ts';
import { type Console, consoleAction, consolePage, seeOther, type Visit } from './visit.ts';

type Runner = z.output<typeof runnerSchema>;

/** The runners that serve the project, what they offer, and letting one run out. */
export function runnersPage(console: Console): void {
  consolePage(console, { path: '/console/runners', scope: 'read' }, runners);
  const rule = { path: '/console/runners/:id/drain', scope: 'admin', fields: z.strictObject({}) } as const;
  consoleAction(console, rule, async ({ c, ask }) => {
    await ask.send('POST', `/v1/runners/${ownId(c, 'runner')}/drain`);
    return seeOther(c, '/console/runners');
  });
}

async function runners(visit: Visit): Promise<Shown> {
  const { runners: rows } = await visit.ask.get<{ runners: Runner[] }>('/v1/runners');
  const { targets } = await visit.ask.get<{ targets: TargetOffer[] }>('/v1/targets');
  const body = markup`<header><h1>Runners</h1></header>
${listing({
  id: 'runners',
  label: 'Runners, the one seen last first',
  columns: ['Runner', 'State', 'Host', 'Offers', 'Labels', 'Seen', ''].map((head) => ({ head })),
  rows: rows.map((row) => rowOf(visit, row)),
  none: 'No runner has registered. One is started with benchwright runner.',
})}
${offersSection(targets)}`;
  return { title: 'Runners', body };
}

function rowOf({ c, caller }: Visit, row: Runner) {
  const { host, labels } = row;
  const isMine = !row.shared || caller.scopes.includes('operator');
  const mayDrain = caller.scopes.includes('admin') && isMine && !row.draining;
  return {
    head: markup`<code>${row.id}</code>`,
    cells: [
      stateOf(row),
      markup`${host.cpu_model}, ${host.cores} cores<small>${host.os}</small>`,
      row.targets.length === 0 ? 'nothing' : row.targets.join(', '),
      Object.entries(labels).map(([key, value]) => markup`<code>${key}=${value}</code> `),
      when(row.last_seen_at),
      mayDrain && postForm(c, `/console/runners/${row.id}/drain`, markup`<button>Drain</button>`),
    ],
  };
}

function stateOf({ online, busy, draining, shared, experiment_id }: Runner): Content {
  return markup`${pill(online ? 'online' : 'offline')} ${draining && pill('draining')}<small>${
    !busy
      ? 'idle'
      : experiment_id === null
        ? 'at work for another project'
        : markup`<a href="/console/experiments/${experiment_id}">at work</a>`
  }${shared && ', serves every project'}</small>`;
}

function offersSection(targets: readonly TargetOffer[]): Markup {
  return markup`<section><h2>What they offer</h2>${listing({
    id: 'offers',
    label: 'Targets that runners offer',
    columns: ['Target', 'Name', 'Servers', 'From git', 'Trouble'].map((head) => ({ head })),
    rows: targets.map(({ target, display_name, servers, versioned, unavailable }) => ({
      head: markup`<code>${target}</code>`,
      cells: [
        display_name,
        servers
          .map(({ server, interfaces }) => (interfaces.length > 0 ? `${server} (${interfaces.join(', ')})` : server))
          .join('; '),
        versioned === true ? 'yes' : 'no',
        unavailable ?? '—',
      ],
    })),
    none: 'Nothing in the last 30 days.',
  })}</section>`;
}
