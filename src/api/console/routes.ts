import type { Deps } from '../deps.ts';
import type { App } from '../endpoint.ts';
import { countStranger } from '../rate-limit.ts';
import { experimentPage } from './experiment-page.ts';
import { experimentsPage } from './experiments-page.ts';
import { hooksPages } from './hooks-pages.ts';
import { runnersPage } from './runners-page.ts';
import { seriesPages } from './series-pages.ts';
import { createSessions } from './session.ts';
import { signInRoutes } from './sign-in.ts';
import { submitPages } from './submit-page.ts';
import { type Console, seeOther } from './visit.ts';
import { webhookDeliveryPage } from './webhook-delivery-page.ts';
import { webhooksPages } from './webhooks-pages.ts';

/** The console: pages for people with a key, at `/` and below `/console`. What they show and do is what the API answers (docs/console.md). */
export function consoleRoutes(app: App, deps: Deps): void {
  const console: Console = { app, deps, sessions: createSessions(deps) };
  // What somebody types who has heard of it.
  app.get('/console', async (c) => {
    await countStranger(deps, c);
    return seeOther(c, '/');
  });
  signInRoutes(console);
  experimentsPage(console);
  experimentPage(console);
  seriesPages(console);
  runnersPage(console);
  hooksPages(console);
  webhooksPages(console);
  webhookDeliveryPage(console);
  submitPages(console);
}
