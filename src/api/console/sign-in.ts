import { z } from '@hono/zod-openapi';
import { AppError } from '../../core/errors.ts';
import { callerOfKey, requireScope } from '../auth.ts';
import { sha256Hex } from '../digest.ts';
import { countRequest } from '../rate-limit.ts';
import { checkedFields, MAX_SMALL_FORM_BYTES, readForm } from './form.ts';
import { answerPage } from './frame.ts';
import { requireOwnPage } from './own-form.ts';
import { forgetSession, keepSession } from './session-cookie.ts';
import { pageAsked, signInPage } from './sign-in-page.ts';
import { type Console, consoleAction, seeOther } from './visit.ts';

const signInFields = z.strictObject({ key: z.string().max(200), next: z.string().default('/') });

/** Beginning a session with a key, and ending it. */
export function signInRoutes(console: Console): void {
  const { app, deps, sessions } = console;
  app.post('/console/sign-in', async (c) => {
    c.set('route', '/console/sign-in');
    // Without a session there is no token: the browser's word keeps others from signing somebody in as themselves.
    requireOwnPage(deps, c);
    const { key, next } = checkedFields(signInFields, await readForm(deps, c, MAX_SMALL_FORM_BYTES));
    const text = key.trim();
    try {
      const caller = await callerOfKey(deps, c, text);
      await countRequest(deps, c, caller.key_id);
      if (caller.type === 'runner') throw new AppError('forbidden', 'a runner’s key runs jobs; it does not sign in');
      requireScope(caller, 'read');
    } catch (error) {
      const isRefused = error instanceof AppError && (error.code === 'unauthorized' || error.code === 'forbidden');
      if (!isRefused) throw error;
      return answerPage(c, signInPage(c, error.code === 'forbidden' ? 403 : 401, { says: error.message }));
    }
    keepSession(deps, c, await sessions.begin(sha256Hex(text)));
    return seeOther(c, pageAsked(next));
  });
  consoleAction(console, { path: '/console/sign-out', scope: 'read', fields: z.strictObject({}) }, async ({ c }) => {
    forgetSession(c);
    return seeOther(c, '/');
  });
}
