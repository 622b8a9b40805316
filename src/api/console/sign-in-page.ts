import type { Context } from 'hono';
import { markup } from '../../report/markup.ts';
import type { AppEnv } from '../deps.ts';
import type { Shown } from './frame.ts';

/** A page of the console, and nothing else: whoever signs in is led nowhere but there. */
const OWN_PAGE = /^\/(?:console\/[\w/-]*)?(?:\?[\w=&.%+-]*)?$/;
/** Longer is no address of ours: a cursor has 100 characters. */
const MAX_PAGE_ADDRESS = 1_000;

/** The page that was asked for, where signing in leads on to; `/` where it was none that can be come back to. */
export function pageAsked(text: string): string {
  return text.length <= MAX_PAGE_ADDRESS && OWN_PAGE.test(text) ? text : '/';
}

/** Asks for a key. `says`: why the last one was not taken. */
export function signInPage(c: Context<AppEnv>, status: number, { says = null }: { says?: string | null } = {}): Shown {
  const { pathname, search } = new URL(c.req.url);
  const next = c.req.method === 'GET' ? pageAsked(pathname + search) : '/';
  // The cookie does not come with a request that another site began: one's own click brings it.
  const isFromElsewhere = c.req.header('Sec-Fetch-Site') === 'cross-site';
  const body = markup`<div class="sign-in"><h1>Sign in</h1>
${says !== null && markup`<p class="say bad" role="alert">${says}</p>`}
${c.req.method !== 'GET' && says === null && markup`<p class="say warn" role="alert">You are not signed in (any more), so nothing was done. What you wrote is still there when you go back.</p>`}
${isFromElsewhere && markup`<p class="say">Signed in already? <a href="${next}">Go on</a>.</p>`}
<form method="post" action="/console/sign-in">
<input type="text" autocomplete="username" value="API key" readonly hidden>
<label for="key">API key</label>
<input id="key" name="key" type="password" required autocomplete="current-password" autocapitalize="none" spellcheck="false" maxlength="200" placeholder="bw_user_…" autofocus>
<input type="hidden" name="next" value="${next}">
<button class="main">Sign in</button></form>
<p class="muted">What the key may do, you may do here. Keys are made with <code>benchwright keys create</code>; a runner’s key does not sign in.</p></div>`;
  return { title: 'Sign in', body, status };
}
