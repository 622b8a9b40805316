import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { CommandError } from './exit-codes.ts';
import { ServiceAway, type ServiceClient } from './service-client.ts';
import type { SpecFile } from './spec-file.ts';
import type { Submitted } from './submitted.ts';
import type { Terminal } from './terminal.ts';

/** A hiccup of the network is over by then; for a restart there is `submit` again. */
const ATTEMPTS = 3;
const PAUSE_MS = 1_000;

/**
 * Submits a spec. When the answer is lost it is sent again with the same key, so that it is one experiment however often it
 * arrived; a request that is refused is not repeated.
 */
export async function submitSpec(
  client: ServiceClient,
  spec: SpecFile,
  terminal: Terminal,
  idempotencyKey: string = randomUUID(),
): Promise<Submitted> {
  const request = {
    method: 'POST',
    path: '/v1/experiments',
    body: { text: spec.body, mediaType: spec.mediaType },
    headers: { 'Idempotency-Key': idempotencyKey },
  } as const;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return JSON.parse((await client.exchange(request)).text) as Submitted;
    } catch (error) {
      if (attempt === ATTEMPTS || !isPassing(error)) throw error;
      terminal.note('the service did not answer; sending it again');
      await delay(PAUSE_MS);
    }
  }
}

/** Away for the moment, or still at work on the attempt before. */
function isPassing(error: unknown): boolean {
  if (error instanceof ServiceAway) return true;
  return (
    error instanceof CommandError && (error.document as { code?: unknown } | null)?.code === 'idempotency-in-flight'
  );
}
