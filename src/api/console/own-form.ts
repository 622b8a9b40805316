import type { Context } from 'hono';
import { AppError } from '../../core/errors.ts';
import { equalTexts } from '../constant-time.ts';
import type { AppEnv, Deps } from '../deps.ts';

/**
 * Refuses a form that a page of another site, or of a sibling domain, had the browser send; before anything of it is read. Browsers
 * say so in `Sec-Fetch-Site`, but to plain http on another machine: there their `Origin` is compared with the host that was asked for. One
 * that says neither is not taken: since 2020 every browser sends one of the two. Throws forbidden.
 */
export function requireOwnPage({ config }: Pick<Deps, 'config'>, c: Context<AppEnv>): void {
  const site = c.req.header('Sec-Fetch-Site');
  const isOwn = site === undefined ? isOwnOrigin(c, config.base_url) : site === 'same-origin';
  if (!isOwn)
    throw new AppError('forbidden', 'this form was not sent by a page of the console: open it here and send it again');
}

/** By host and port: a proxy may have ended TLS. */
function isOwnOrigin(c: Context<AppEnv>, base_url: string | null): boolean {
  const origin = URL.parse(c.req.header('Origin') ?? '');
  const own = [c.req.url, ...(base_url === null ? [] : [base_url])].map((url) => new URL(url).host);
  return origin !== null && own.includes(origin.host);
}

/** Refuses a form without the token of the session: it was on a page of another session, or on none. Throws forbidden. */
export function requireToken(given: string | undefined, token: string): void {
  if (given !== undefined && equalTexts(given, token)) return;
  throw new AppError('forbidden', 'this form belongs to an older session: open the page again and send it from there');
}
