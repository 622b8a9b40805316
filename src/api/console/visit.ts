import type { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Scope } from '../../core/key-format.ts';
import { callerOfHash, requireScope } from '../auth.ts';
import type { AppEnv, Caller, Deps } from '../deps.ts';
import type { App } from '../endpoint.ts';
import { countRequest, countStranger } from '../rate-limit.ts';
import { type Ask, askerOf } from './ask.ts';
import { checkedFields, MAX_SMALL_FORM_BYTES, readForm, TOKEN_FIELD } from './form.ts';
import { answerPage, type Shown } from './frame.ts';
import { requireOwnPage, requireToken } from './own-form.ts';
import { forgetSession, sentSession } from './session-cookie.ts';
import type { Sessions } from './session.ts';
import { signInPage } from './sign-in-page.ts';

/** What every page of the console is made with. */
export interface Console {
  readonly app: App;
  readonly deps: Deps;
  readonly sessions: Sessions;
}

/** A request of somebody who has signed in. */
export interface Visit {
  readonly c: Context<AppEnv>;
  readonly caller: Caller;
  readonly ask: Ask;
}

interface PageRule {
  /** As Hono writes it: `/console/hooks/:id`. */
  readonly path: string;
  readonly scope: Scope;
}

/**
 * Who has signed in, by the cookie's session and the key that it was begun with, which is looked up each time: one that was revoked or
 * has expired ends its sessions at once. Null: nobody. Throws rate-limited.
 */
export async function visitOf({ app, deps, sessions }: Console, c: Context<AppEnv>): Promise<Visit | null> {
  const sent = sentSession(deps, c);
  const session = sent === undefined ? null : await sessions.open(sent);
  const caller = session === null ? null : await callerOfHash(deps, session.key_hash);
  if (session === null || caller === null) {
    await countStranger(deps, c);
    if (sent !== undefined) forgetSession(c);
    return null;
  }
  c.set('caller', caller);
  c.set('form_token', session.form_token);
  await countRequest(deps, c, caller.key_id);
  return { c, caller, ask: askerOf(app, c, caller) };
}

function answered(c: Context<AppEnv>, shown: Shown | Response): Response | Promise<Response> {
  return shown instanceof Response ? shown : answerPage(c, shown);
}

/** A page that shows something. */
export function consolePage(
  console: Console,
  rule: PageRule,
  show: (visit: Visit) => Promise<Shown | Response> | Shown | Response,
): void {
  console.app.get(rule.path, async (c) => {
    c.set('route', rule.path);
    const visit = await visitOf(console, c);
    if (visit === null) return answerPage(c, signInPage(c, 401));
    requireScope(visit.caller, rule.scope);
    return answered(c, await show(visit));
  });
}

interface ActionRule<S extends z.ZodObject> extends PageRule {
  /** Of the form, beside the token. */
  readonly fields: S;
  /** Default: a small form's. */
  readonly maxBytes?: number;
}

/** What a form of a page does. Nothing is done for a form that was not sent by a page of this very session. */
export function consoleAction<S extends z.ZodObject>(
  console: Console,
  { path, scope, fields, maxBytes = MAX_SMALL_FORM_BYTES }: ActionRule<S>,
  act: (visit: Visit, fields: z.output<S>) => Promise<Shown | Response>,
): void {
  console.app.post(path, async (c) => {
    c.set('route', path);
    const visit = await visitOf(console, c);
    requireOwnPage(console.deps, c);
    if (visit === null) return answerPage(c, signInPage(c, 401));
    requireScope(visit.caller, scope);
    const { [TOKEN_FIELD]: token, ...others } = await readForm(console.deps, c, maxBytes);
    requireToken(token, c.get('form_token') ?? '');
    return answered(c, await act(visit, checkedFields(fields, others)));
  });
}

/** Leads to a page by GET, so that a form that was sent is not sent again when the page is loaded again. */
export function seeOther(c: Context<AppEnv>, path: string): Response {
  return c.body(null, 303, { Location: path, 'Cache-Control': 'no-store' });
}
