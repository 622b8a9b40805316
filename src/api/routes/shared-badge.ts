import { hasEnded } from '../../core/job.ts';
import { RESULTS_VERSION } from '../../core/summary/summarise.ts';
import type { ExperimentRow } from '../../db/experiments.ts';
import { countValidity } from '../../db/results.ts';
import { badgeSvg } from '../../report/badge.ts';
import { badgeOf } from '../badge-view.ts';
import type { Deps } from '../deps.ts';
import { type App, endpoint } from '../endpoint.ts';
import { matchesEtag, weakEtag } from '../etag.ts';
import type { ResultReader } from '../experiment-results.ts';
import { Recent } from '../recent.ts';
import type { ServiceSecrets } from '../service-secrets.ts';
import { sharedExperiment, shareTokenParam } from '../shared-experiment.ts';

/** A badge is a kilobyte; counting the cells of large results takes a tenth of a second. */
const MAX_RECENT_BADGES = 256;

/** A picture may hold script, which runs when it is opened by itself: none is allowed, nor anything from elsewhere. */
const HEADERS = {
  'Content-Type': 'image/svg+xml; charset=utf-8',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'Cache-Control': 'no-cache',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Robots-Tag': 'noindex',
} as const;

/** The state of a shared experiment as a picture. */
export function sharedBadgeRoutes(app: App, deps: Deps, results: ResultReader, secrets: ServiceSecrets): void {
  const recent = new Recent<string>(MAX_RECENT_BADGES);
  const draw = async (row: ExperimentRow) => {
    if (!hasEnded(row.status)) return badgeSvg(badgeOf(row, []));
    await results.ensure(row);
    return badgeSvg(badgeOf(row, await countValidity(deps.db, row.id)));
  };
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/r/{token}/badge.svg',
      tag: 'shared links',
      summary: 'The state of a shared experiment as a picture. Weak ETag.',
      scope: null,
      params: shareTokenParam,
      answers: { 200: { description: 'The picture.', types: ['image/svg+xml'] }, 304: { description: 'Unchanged.' } },
    },
    async ({ c, params }) => {
      const row = await sharedExperiment(deps, secrets, params.token);
      const headers = { ...HEADERS, ETag: weakEtag('badge', row.version, RESULTS_VERSION) };
      if (matchesEtag(c.req.header('If-None-Match'), headers.ETag)) return c.body(null, 304, headers);
      return c.body(await recent.get(`${row.id}.${row.version}`, () => draw(row)), 200, headers);
    },
  );
}
