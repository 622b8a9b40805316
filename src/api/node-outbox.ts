import type { Deps } from './deps.ts';
import { createKeptSecrets } from './kept-secrets.ts';
import type { FetchGuard } from './node-fetch-guard.ts';
import { type OutboxLoop, startOutboxLoop } from './outbox-loop.ts';
import { createSecrets } from './service-secrets.ts';

/** The outbox of a Node process. Its HTTP client is loaded when something is first sent: most services send nothing. */
export function startNodeOutbox(deps: Deps): OutboxLoop {
  const allow_insecure = deps.config.allow_insecure_webhooks ?? false;
  let loaded: Promise<FetchGuard> | null = null;
  const guard = () =>
    (loaded ??= import('./node-fetch-guard.ts').then(({ createFetchGuard }) => createFetchGuard({ allow_insecure })));
  const loop = startOutboxLoop({
    db: deps.db,
    now: deps.now,
    config: deps.config,
    log: deps.log,
    random: Math.random,
    fetch: async (sent) => (await guard()).fetch(sent),
    kept: createKeptSecrets(deps),
    secrets: createSecrets(deps),
  });
  return {
    wake: () => loop.wake(),
    async stop() {
      await loop.stop();
      await (await loaded)?.close();
    },
  };
}
