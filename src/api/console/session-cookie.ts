import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { AppEnv, Deps } from '../deps.ts';
import { SESSION_S } from './session.ts';

const NAME = 'benchwright';

/** Whether the service itself knows that it is reached by https; behind a proxy that ends TLS it is told by `--base-url`. */
function isHttps({ config }: Pick<Deps, 'config'>, c: Context<AppEnv>): boolean {
  return (config.base_url ?? c.req.url).startsWith('https:');
}

/** Out of reach of scripts, and sent with no request that another site begins. */
const GUARDS = { path: '/', httpOnly: true, sameSite: 'Strict' } as const;

/**
 * By https the cookie is Secure and has the prefix `__Host-`: no sibling domain and no plain http can set one of that name. The browser's
 * own `Origin` tells of https, too, where a proxy ends TLS.
 */
export function keepSession(deps: Pick<Deps, 'config'>, c: Context<AppEnv>, text: string): void {
  const secure = isHttps(deps, c) || (c.req.header('Origin') ?? '').startsWith('https:');
  setCookie(c, NAME, text, { ...GUARDS, maxAge: SESSION_S, ...(secure ? { prefix: 'host', secure } : {}) });
}

/** What the browser sent; where the service knows that it is reached by https, no cookie but the one with the prefix. */
export function sentSession(deps: Pick<Deps, 'config'>, c: Context<AppEnv>): string | undefined {
  return getCookie(c, NAME, 'host') ?? (isHttps(deps, c) ? undefined : getCookie(c, NAME));
}

export function forgetSession(c: Context<AppEnv>): void {
  deleteCookie(c, NAME, { ...GUARDS, prefix: 'host', secure: true });
  deleteCookie(c, NAME, GUARDS);
}
