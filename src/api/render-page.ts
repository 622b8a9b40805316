import type { Context } from 'hono';
import { hasEnded } from '../core/job.ts';
import { RESULTS_VERSION } from '../core/summary/summarise.ts';
import type { ExperimentRow } from '../db/experiments.ts';
import { getPage, type ReportPage, storePage } from '../db/report-pages.ts';
import { PAGE_VERSION } from '../report/page-version.ts';
import type { AppEnv, Deps } from './deps.ts';
import { deriveOf } from './derive.ts';
import { matchesEtag, weakEtag } from './etag.ts';
import type { ResultReader } from './experiment-results.ts';
import { gunzip, takesGzip } from './gzip.ts';
import { Recent } from './recent.ts';

/** A page is some 100 kB when it is packed; drawing its figures takes a good part of a second. */
const MAX_RECENT_PAGES = 16;

export interface PageRenderer {
  /** The page of an experiment; while it runs and `status_url` is given, it polls that and fills up. Weak ETag, 304. */
  answer(c: Context<AppEnv>, row: ExperimentRow, status_url: string | null): Promise<Response>;
}

/** Rendered once: an ended experiment's page is stored, as it is sent; that of one that runs is kept for its version. */
export function createPageRenderer(deps: Deps, results: ResultReader): PageRenderer {
  const derive = deriveOf(deps);
  const renderer = `${deps.config.version}.${PAGE_VERSION}`;
  const recent = new Recent<ReportPage>(MAX_RECENT_PAGES, { isolated: deps.config.isolated_requests });

  const make = async (row: ExperimentRow, status_url: string | null) => {
    const { text, digest } = await results.read(row);
    const live = status_url === null ? null : { status_url };
    const page = await derive.page(text, { live, generated_at: deps.now().toISOString() });
    return { page, digest };
  };

  const stored = async (row: ExperimentRow) => {
    const kept = await getPage(deps.db, row.id, { renderer, results_version: RESULTS_VERSION });
    if (kept !== null) return kept;
    const { page, digest } = await make(row, null);
    try {
      await storePage(deps.db, row.id, { ...page, results_digest: digest, renderer });
    } catch (error) {
      // Deleted meanwhile, for example: who asked before gets the page that was made.
      deps.log.warn(
        { err: error, experiment_id: row.id },
        'the page could not be stored; it is made again when asked for',
      );
    }
    return page;
  };

  return {
    async answer(c, row, status_url) {
      const isLive = status_url !== null && !hasEnded(row.status);
      const etag = weakEtag('page', row.version, RESULTS_VERSION, renderer);
      if (matchesEtag(c.req.header('If-None-Match'), etag)) return c.body(null, 304, { ETag: etag });
      const page = await recent.get(`${row.id}.${row.version}.${isLive ? status_url : ''}`, async () =>
        hasEnded(row.status) ? stored(row) : (await make(row, isLive ? status_url : null)).page,
      );
      return packed(page, { ETag: etag, acceptEncoding: c.req.header('Accept-Encoding') });
    },
  };
}

async function packed(
  { html_gzip, headers }: ReportPage,
  request: { readonly ETag: string; readonly acceptEncoding: string | undefined },
): Promise<Response> {
  const all = { ...headers, ETag: request.ETag, Vary: 'Accept-Encoding' };
  if (!takesGzip(request.acceptEncoding)) return new Response(await gunzip(html_gzip), { headers: all });
  // `manual`: on Workers a body is packed according to its header, unless it is said to be packed already.
  const init = { headers: { ...all, 'Content-Encoding': 'gzip' }, encodeBody: 'manual' };
  return new Response(new Uint8Array(html_gzip), init);
}
