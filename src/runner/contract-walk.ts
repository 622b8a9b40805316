import { Client } from 'undici';
import { type Contract, type ContractRequest, contractSteps } from '../core/contract.ts';
import { type Answer, checkAnswer, type Difference, filledRequest, type Saved } from '../core/contract-answer.ts';
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

/** Called with each mismatch; true: go on with the next request. */
export type OnMismatch = (step: ContractRequest, difference: Difference, saved: Saved) => boolean;

/**
 * Sends every request of the contract over one keep-alive connection, so that one worker process sees them all, and
 * compares each answer; the last ones reset the state. Ends at the first mismatch that `onMismatch` does not let pass, or when its time
 * is over, and explains the first one.
 */
export async function walkContract(
  port: number,
  contract: Contract,
  signal: AbortSignal,
  { withinMs = WALK_TIMEOUT_MS, onMismatch = () => false }: { withinMs?: number; onMismatch?: OnMismatch } = {},
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
  const steps = contractSteps(contract);
  let saved: Saved = {};
  let sent = 0;
  let checks = 0;
  let first: string | null = null;
  try {
    for (const step of steps) {
      const checked = checkAnswer(step, await send(client, step, saved, either), saved);
      sent += 1;
      saved = checked.saved;
      if (checked.difference === null) checks += 1;
      else {
        first ??= `${checked.mismatch}${reconnected(connections)}`;
        if (!onMismatch(step, checked.difference, saved)) break;
      }
    }
    return first === null ? { ok: true, checks } : { ok: false, checks, why: 'mismatch', says: first };
  } catch (error) {
    signal.throwIfAborted();
    const got = late.aborted ? `none to its end within the ${withinMs / 1000} s for all` : (error as Error).message;
    const says = `${steps[sent]?.request ?? ''}: expected an answer, got ${got}${reconnected(connections)}`;
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
