import type { OpenDatabase } from '../../db/client.ts';
import type { Deps } from '../deps.ts';
import { createKeptSecrets } from '../kept-secrets.ts';
import { sendDue } from '../outbox-batch.ts';
import { createSecrets } from '../service-secrets.ts';
import { fetchFromWorker } from './outbound-fetch.ts';

/** An invocation may have six connections: one for its look, one for this, and one is left for a request that takes two. */
const AT_ONCE = 3;

/** Sends what the outbox holds, on a connection of its own. */
export async function sendOutbox(open: () => Promise<OpenDatabase>, deps: Deps): Promise<void> {
  const { db, close } = await open();
  const { now, config, log, uuid, randomBytes } = deps;
  const own = { db, config, uuid, randomBytes };
  try {
    const kept = createKeptSecrets(own);
    const secrets = createSecrets(own);
    await sendDue({ db, now, config, log, random: Math.random, fetch: fetchFromWorker, kept, secrets }, AT_ONCE);
  } finally {
    await close();
  }
}
