import type { Context } from 'hono';
import type { Scope } from '../../core/key-format.ts';
import { type Content, type Markup, markup, trusted } from '../../report/markup.ts';
import type { AppEnv } from '../deps.ts';
import { pageHeaders } from '../page-headers.ts';
import { TOKEN_FIELD } from './form.ts';
import { liveScript } from './live-script.ts';
import { CONSOLE_STYLE } from './style.ts';

/** What a page of the console shows, within the frame that all of them have. */
export interface Shown {
  readonly title: string;
  readonly body: Content;
  readonly status?: number;
  /** Something on it runs: it is looked at again and again. */
  readonly isLive?: boolean;
}

const PLACES: readonly { readonly path: string; readonly name: string; readonly scope: Scope }[] = [
  { path: '/', name: 'Experiments', scope: 'read' },
  { path: '/console/series', name: 'Series', scope: 'read' },
  { path: '/console/runners', name: 'Runners', scope: 'read' },
  { path: '/console/hooks', name: 'Hooks', scope: 'admin' },
  { path: '/console/webhooks', name: 'Webhooks', scope: 'admin' },
  { path: '/console/submit', name: 'Submit', scope: 'submit' },
];

/** A page as it is sent: nothing of it is kept by a browser or a proxy, framed, indexed, or fetched from elsewhere. */
export async function answerPage(c: Context<AppEnv>, shown: Shown): Promise<Response> {
  const script = shown.isLive ? liveScript() : null;
  const page = markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">
<title>${shown.title} · Benchwright</title>
<link rel="icon" href="data:,">
<style>${trusted(CONSOLE_STYLE)}</style></head>
<body>${top(c)}
<main class="wrap"${shown.isLive && markup` data-live`}>${shown.body}</main>${script}</body></html>
`.toString();
  const headers = await pageHeaders(page, script?.toString(), "'self'");
  return c.body(page, (shown.status ?? 200) as 200, {
    ...headers,
    ...(shown.status === 401 ? { 'WWW-Authenticate': 'Bearer realm="benchwright"' } : {}),
    'Cache-Control': 'no-store',
    // Not `no-referrer`: with it browsers send forms with `Origin: null`, which plain http has to tell own pages by. No other site is told.
    'Referrer-Policy': 'same-origin',
  });
}

function top(c: Context<AppEnv>): Markup {
  const caller = c.get('caller');
  const token = c.get('form_token');
  if (caller === undefined || token === undefined)
    return markup`<header class="top"><div><a class="brand" href="/">Benchwright</a></div></header>`;
  const places = PLACES.filter(({ scope }) => caller.scopes.includes(scope));
  const at = places.findLast(({ path }) => path !== '/' && c.req.path.startsWith(path))?.path;
  const current = at ?? '/';
  return markup`<header class="top"><div><a class="brand" href="/">Benchwright</a>
<nav aria-label="Console"><ul>${places.map(({ path, name }) => markup`<li><a href="${path}"${path === current && markup` aria-current="page"`}>${name}</a></li>`)}</ul></nav>
${postForm(c, '/console/sign-out', markup`<button>Sign out</button>`)}</div></header>`;
}

/** A form of the session: what it does is done by POST, with the session's token. */
export function postForm(c: Context<AppEnv>, action: string, fields: Content): Markup {
  return markup`<form method="post" action="${action}"><input type="hidden" name="${TOKEN_FIELD}" value="${c.get('form_token')}">${fields}</form>`;
}
