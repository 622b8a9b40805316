import { OpenAPIHono } from '@hono/zod-openapi';
import { AppError } from '../core/errors.ts';
import { JOB_STATUS_HEADER, LEASE_HEADER } from '../core/runner-protocol.ts';
import { jobStatus } from '../db/job-status.ts';
import { errorPage, isOfConsole } from './console/error-page.ts';
import { consoleRoutes } from './console/routes.ts';
import type { AppEnv, Deps } from './deps.ts';
import type { App } from './endpoint.ts';
import { createResultReader, type ResultReader } from './experiment-results.ts';
import { asAppError } from './faults.ts';
import { GoodKeys } from './good-keys.ts';
import { createKeptSecrets } from './kept-secrets.ts';
import { observeRequests, routeOf } from './observe.ts';
import { problemResponse } from './problem.ts';
import { countStranger, rateLimitHeaders } from './rate-limit.ts';
import { createPageRenderer } from './render-page.ts';
import { requestId } from './request-id.ts';
import { RequestMetrics } from './request-metrics.ts';
import { compareRoutes } from './routes/compare.ts';
import { docsRoutes } from './routes/docs.ts';
import { eventRoutes } from './routes/events.ts';
import { experimentControlRoutes } from './routes/experiment-control.ts';
import { experimentReadRoutes } from './routes/experiment-read.ts';
import { experimentSubmitRoutes } from './routes/experiment-submit.ts';
import { healthRoutes } from './routes/health.ts';
import { hookDeliveryRoutes } from './routes/hook-deliveries.ts';
import { hookInboundRoutes } from './routes/hook-inbound.ts';
import { hookPostRoutes } from './routes/hook-posts.ts';
import { hookSecretRoutes } from './routes/hook-secrets.ts';
import { hookRoutes } from './routes/hooks.ts';
import { keyRoutes } from './routes/keys.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { projectRoutes } from './routes/projects.ts';
import { resultRoutes } from './routes/results.ts';
import { runnerClaimRoutes } from './routes/runner-claims.ts';
import { runnerJobRoutes } from './routes/runner-jobs.ts';
import { runnerSessionRoutes } from './routes/runner-sessions.ts';
import { runnerTrialRoutes } from './routes/runner-trials.ts';
import { runnerRoutes } from './routes/runners.ts';
import { seriesBaselineRoutes } from './routes/series-baseline.ts';
import { seriesHistoryRoutes } from './routes/series-history.ts';
import { seriesRoutes } from './routes/series.ts';
import { shareRoutes } from './routes/share.ts';
import { sharedBadgeRoutes } from './routes/shared-badge.ts';
import { sharedPageRoutes } from './routes/shared-page.ts';
import { trialRoutes } from './routes/trials.ts';
import { webhookDeliveryRoutes } from './routes/webhook-deliveries.ts';
import { webhookSecretRoutes } from './routes/webhook-secret.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { createSecrets } from './service-secrets.ts';

function everyAnswer(app: App, deps: Deps): void {
  const good_keys = new GoodKeys();
  app.use(async (c, next) => {
    c.set('good_keys', good_keys);
    c.set('request_id', requestId(deps, c.req.header('X-Request-Id')));
    await next();
    c.res.headers.set('X-Request-Id', c.get('request_id'));
    for (const [name, value] of Object.entries(rateLimitHeaders(deps, c))) c.res.headers.set(name, value);
    if (!c.res.headers.has('Cache-Control')) c.res.headers.set('Cache-Control', 'private, no-cache');
    if (c.req.path.startsWith('/v1/')) c.res.headers.append('Vary', 'Accept, Authorization');
  });
}

/**
 * Every answer about a job says what has become of it, also one that refused the request before looking at the job; but not to who
 * has no key.
 */
function jobStatuses(app: App, deps: Deps): void {
  app.use('/runner/v1/*', async (c, next) => {
    await next();
    const job = /^\/runner\/v1\/jobs\/([^/]+)\//.exec(c.req.path)?.[1];
    const lease = c.req.header(LEASE_HEADER);
    const isRefused = c.get('caller') !== undefined && c.res.status >= 400 && c.res.status < 500;
    const unsaid = isRefused && job !== undefined && lease !== undefined;
    const status =
      c.get('job_status') ?? (unsaid ? await jobStatus(deps.db, { job_id: job, lease_id: lease }) : undefined);
    if (status !== undefined) c.res.headers.set(JOB_STATUS_HEADER, status);
  });
}

/** Every path that exists answers other methods with 405 and `Allow`, instead of 404. */
function methodNotAllowed(app: App, deps: Deps): void {
  const allowed = new Map<string, Set<string>>();
  for (const { path, method } of app.routes) {
    if (method === 'ALL' || path.includes('*')) continue;
    const methods = allowed.get(path) ?? new Set<string>();
    methods.add(method);
    if (method === 'GET') methods.add('HEAD');
    allowed.set(path, methods);
  }
  for (const [path, methods] of allowed) {
    app.all(path, async (c) => {
      c.set('route', path);
      await countStranger(deps, c);
      const allow = [...methods].sort();
      throw new AppError('method-not-allowed', `${c.req.method} is not one of ${allow.join(', ')}`, {
        extra: { allow },
      });
    });
  }
}

function routes(app: App, deps: Deps, metrics: RequestMetrics, results: ResultReader): void {
  const pages = createPageRenderer(deps, results);
  const secrets = createSecrets(deps);
  const kept = createKeptSecrets(deps);
  healthRoutes(app, deps);
  metricsRoutes(app, deps, metrics);
  experimentSubmitRoutes(app, deps);
  experimentReadRoutes(app, deps);
  experimentControlRoutes(app, deps);
  resultRoutes(app, deps, results, pages);
  compareRoutes(app, deps, results);
  trialRoutes(app, deps);
  eventRoutes(app, deps);
  seriesRoutes(app, deps);
  seriesHistoryRoutes(app, deps, results);
  seriesBaselineRoutes(app, deps, results);
  shareRoutes(app, deps, secrets);
  sharedPageRoutes(app, deps, pages, secrets);
  sharedBadgeRoutes(app, deps, results, secrets);
  runnerRoutes(app, deps);
  keyRoutes(app, deps);
  projectRoutes(app, deps);
  hookInboundRoutes(app, deps, kept);
  hookRoutes(app, deps, kept);
  hookSecretRoutes(app, deps, kept);
  hookDeliveryRoutes(app, deps);
  hookPostRoutes(app, deps);
  webhookRoutes(app, deps, kept);
  webhookSecretRoutes(app, deps, kept);
  webhookDeliveryRoutes(app, deps);
  runnerSessionRoutes(app, deps);
  runnerClaimRoutes(app, deps);
  runnerJobRoutes(app, deps, results);
  runnerTrialRoutes(app, deps);
  docsRoutes(app, deps);
  consoleRoutes(app, deps);
}

/** After all others. Not `app.notFound`, whose errors pass by the middleware. */
function nothingThere(app: App, deps: Deps): void {
  app.all('*', async (c) => {
    await countStranger(deps, c);
    throw new AppError('not-found', `nothing is at ${c.req.path}`);
  });
}

/** The whole HTTP API, the same on Node and on Workers. `results`: of a process that also makes them without being asked. */
export function createApp(deps: Deps, results: ResultReader = createResultReader(deps)): App {
  const app: App = new OpenAPIHono<AppEnv>();
  const metrics = new RequestMetrics();
  app.openAPIRegistry.registerComponent('securitySchemes', 'key', {
    type: 'http',
    scheme: 'bearer',
    description: 'bw_<type>_…, made by POST /v1/keys',
  });
  everyAnswer(app, deps);
  observeRequests(app, deps, metrics);
  jobStatuses(app, deps);
  routes(app, deps, metrics, results);
  methodNotAllowed(app, deps);
  nothingThere(app, deps);
  app.onError((thrown, c) => {
    const error = asAppError(thrown);
    const request = { path: c.req.path, request_id: c.get('request_id') };
    if (error.code === 'internal' || error.code === 'database-unavailable') {
      const { request_id } = request;
      deps.log.error({ err: thrown, method: c.req.method, route: routeOf(c), request_id }, error.message);
    }
    return isOfConsole(c) ? errorPage(c, error) : problemResponse(error, request);
  });
  return app;
}
