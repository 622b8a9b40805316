import { hasEnded } from '../core/job.ts';
import type { ExperimentRow } from '../db/experiments.ts';
import type { Deps } from './deps.ts';
import type { ResultReader } from './experiment-results.ts';
import { pageHeaders } from './page-headers.ts';
import { liveScript } from '../report/page/live.ts';
import { Recent } from './recent.ts';

const LIVE_SCRIPT = liveScript().toString();

/** A page is below 1 MB; drawing its figures takes a good part of a second. */
const MAX_RECENT_PAGES = 8;

export interface PageRenderer {
  /** The page of an experiment; while it runs and `status_url` is given, it polls that and fills up. */
  render(row: ExperimentRow, status_url: string | null): Promise<Response>;
}

export function createPageRenderer(deps: Deps, results: ResultReader): PageRenderer {
  const recent = new Recent<{ html: string; headers: Record<string, string> }>(MAX_RECENT_PAGES, {
    isolated: deps.config.isolated_requests,
  });
  return {
    async render(row, status_url) {
      const live = status_url === null || hasEnded(row.status) ? null : { status_url };
      const { html, headers } = await recent.get(`${row.id}.${row.version}.${live?.status_url ?? ''}`, async () => {
        const generated_at = deps.now().toISOString();
        const text = await deps.renderReport(await results.read(row), { live, generated_at });
        return { html: text, headers: await pageHeaders(text, live === null ? '' : LIVE_SCRIPT) };
      });
      return new Response(html, { headers });
    },
  };
}
