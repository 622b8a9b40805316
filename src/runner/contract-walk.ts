import { Client } from 'undici';
import { type Contract, type ContractRequest, contractSteps } from '../core/contract.ts';
import { type Answer, checkAnswer, filledRequest, type Saved } from '../core/contract-answer.ts';
import { LOOPBACK } from './ports.ts';

/** A request of the contract is answered in milliseconds. */
const ANSWER_TIMEOUT_MS = 10_000;
/** All of it, which is some dozens of requests: one byte every nine seconds is no answer either. */
const WALK_TIMEOUT_MS = 60_000;
/** Far above any answer of a contract; below what would hurt. */
const MAX_ANSWER_BYTES = 1024 * 1024;

export type Walked =
  | { readonly ok: true; readonly checks: number }
  | { readonly ok: false; readonly checks: number; readonly why: 'mismatch' | 'no-answer'; readonly says: string };

/**
 * Sends every request of the contract over one keep-alive connection, so that one worker process sees them all, and
 * compares each answer; the last ones reset the state. Ends at the first mismatch, or when its time is over, and explains it.
 */
export async function walkContract(
  port: number,
  contract: Contract,
  signal: AbortSignal,
  withinMs = WALK_TIMEOUT_MS,
): Promise<Walked> {
  const late = AbortSignal.timeout(withinMs);
  const either = AbortSignal.any([signal, late]);
  const client = new Client(`http://${LOOPBACK}:${port}`, {
    pipelining: 1,
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
    maxResponseSize: MAX_ANSWER_BYTES,
  });
  let connections = 0;
  client.on('connect', () => (connections += 1));
  let saved: Saved = {};
  let checks = 0;
  try {
    for (const step of contractSteps(contract)) {
      const answer = await send(client, step, saved, either);
      const checked = checkAnswer(step, answer, saved);
      if (checked.mismatch !== null) {
        return { ok: false, checks, why: 'mismatch', says: checked.mismatch + reconnected(connections) };
      }
      saved = checked.saved;
      checks += 1;
    }
    return { ok: true, checks };
  } catch (error) {
    signal.throwIfAborted();
    const step = contractSteps(contract)[checks];
    const got = late.aborted ? `none to its end within the ${withinMs / 1000} s for all` : (error as Error).message;
    const says = `${step?.request ?? ''}: expected an answer, got ${got}${reconnected(connections)}`;
    return { ok: false, checks, why: 'no-answer', says };
  } finally {
    await client.destroy();
  }
}

/** State is kept per worker: over a second connection another worker may have answered. */
function reconnected(connections: number): string {
  return connections > 1 ? ` (the server had closed the connection; this was connection ${connections})` : '';
}

async function send(client: Client, step: ContractRequest, saved: Saved, signal: AbortSignal): Promise<Answer> {
  const { method, path, body } = filledRequest(step, saved);
  const response = await client.request({
    method,
    path,
    body,
    headers: body === null ? {} : { 'content-type': 'application/json' },
    signal,
  });
  const headers = Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
  return { status: response.statusCode, headers: Object.fromEntries(headers), body: await response.body.text() };
}
