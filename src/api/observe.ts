import type { Context } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { AppEnv, Deps } from './deps.ts';
import type { App } from './endpoint.ts';
import { insideCaller } from './inside.ts';
import type { RequestMetrics } from './request-metrics.ts';

/** The template of the route, `/v1/experiments/{id}`: a path may hold a share token, and there are too many of them to count by. */
export function routeOf(c: Context<AppEnv>): string {
  const path = c.get('route') ?? matchedRoutes(c).find((route) => !route.path.includes('*'))?.path;
  return path?.replaceAll(/:(\w+)/g, '{$1}') ?? 'unmatched';
}

/** One line in the log and one count per request: what was asked by whom and how it ended, never with what secret. */
export function observeRequests(app: App, deps: Deps, metrics: RequestMetrics): void {
  app.use(async (c, next) => {
    // Part of the answer to another request, which is counted.
    if (insideCaller(c.req.raw) !== undefined) {
      await next();
      return;
    }
    const began = performance.now();
    metrics.begin();
    await next();
    const ms = performance.now() - began;
    const route = routeOf(c);
    const { method } = c.req;
    const { status } = c.res;
    metrics.end({ route, method, status, seconds: ms / 1000 });
    const caller = c.get('caller');
    const who = caller === undefined ? {} : { key_id: caller.key_id, project_id: caller.project_id };
    const request_id = c.get('request_id');
    deps.log.info({ request_id, method, route, status, ms: Math.round(ms * 10) / 10, ...who }, 'request');
  });
}
