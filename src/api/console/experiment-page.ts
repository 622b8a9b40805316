import { z } from '@hono/zod-openapi';
import { markup } from '../../report/markup.ts';
import { type Experiment, shownExperiment } from './experiment-shown.ts';
import { ownId } from './own-id.ts';
import { type Console, consoleAction, consolePage, seeOther } from './visit.ts';

const NO_FIELDS = z.strictObject({});

/** One experiment, and its report. */
export function experimentPage(console: Console): void {
  consolePage(console, { path: '/console/experiments/:id', scope: 'read' }, async (visit) => {
    const id = ownId(visit.c, 'experiment');
    const row = await visit.ask.get<Experiment>(`/v1/experiments/${id}`);
    return shownExperiment(visit, row);
  });
  // The page as the API has it, with its own policy, for who has no key to send with a link.
  consolePage(console, { path: '/console/experiments/:id/report', scope: 'read' }, async ({ c, ask }) => {
    const packing = c.req.header('Accept-Encoding');
    const headers = { Accept: 'text/html', ...(packing === undefined ? {} : { 'Accept-Encoding': packing }) };
    const page = await ask.send('GET', `/v1/experiments/${ownId(c, 'experiment')}/report`, { headers });
    page.headers.set('Cache-Control', 'no-store');
    return page;
  });
  experimentActionRoutes(console);
}

/** Stopping an experiment, and links to it for people without a key. */
function experimentActionRoutes(console: Console): void {
  consoleAction(
    console,
    { path: '/console/experiments/:id/cancel', scope: 'submit', fields: NO_FIELDS },
    async ({ c, ask }) => {
      const id = ownId(c, 'experiment');
      await ask.send('POST', `/v1/experiments/${id}/cancel`);
      return seeOther(c, `/console/experiments/${id}`);
    },
  );
  // Shown in the answer itself: the link is a secret, which no address of a page may hold. Asked again, it is the same.
  consoleAction(
    console,
    { path: '/console/experiments/:id/share', scope: 'submit', fields: NO_FIELDS },
    async (visit) => {
      const id = ownId(visit.c, 'experiment');
      const answer = await visit.ask.send('POST', `/v1/experiments/${id}/share`);
      const { url } = (await answer.json()) as { url: string };
      const row = await visit.ask.get<Experiment>(`/v1/experiments/${id}`);
      const says = markup`<div class="say" role="status">Whoever has this link can read the report, without a key, until the links are ended:
<p class="url"><a id="shared" href="${url}">${url}</a></p></div>`;
      return { ...(await shownExperiment(visit, row, says)), isLive: false };
    },
  );
  consoleAction(
    console,
    { path: '/console/experiments/:id/unshare', scope: 'submit', fields: NO_FIELDS },
    async ({ c, ask }) => {
      const id = ownId(c, 'experiment');
      await ask.send('DELETE', `/v1/experiments/${id}/share`);
      return seeOther(c, `/console/experiments/${id}`);
    },
  );
}
