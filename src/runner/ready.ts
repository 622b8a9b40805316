import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { LOOPBACK } from './ports.ts';
import type { ServerProcess } from './process.ts';
import { TrialFault } from './trial-fault.ts';

const POLL_MS = 25;
/** An answer that takes longer than this is none; the next poll asks again until the deadline. */
const POLL_TIMEOUT_MS = 5_000;
/** What a supervisor answers while its workers are not there yet. Any other answer is the contract's to judge. */
const NOT_YET = new Set([502, 503, 504]);

/**
 * Polls the readiness path until the head of an answer comes (its body is the contract's to judge); ends at once when the server
 * dies. Returns the wait in ms.
 */
export async function waitReady(
  server: ServerProcess,
  path: string,
  timeoutS: number,
  signal: AbortSignal,
): Promise<number> {
  const began = performance.now();
  const died = server.exited.then(() => 'died' as const);
  let last = 'nothing listened';
  while (performance.now() - began < timeoutS * 1000) {
    signal.throwIfAborted();
    if (server.exit() !== null) throw exitedEarly(server);
    const left = timeoutS * 1000 - (performance.now() - began);
    const seen = await Promise.race([ask(server.port, path, Math.min(POLL_TIMEOUT_MS, left), signal), died]);
    if (seen === 'died') throw exitedEarly(server);
    if (typeof seen === 'number' && !NOT_YET.has(seen)) return performance.now() - began;
    last = typeof seen === 'number' ? `it answered ${seen}` : seen;
    await Promise.race([delay(POLL_MS, undefined, { signal }), died]);
  }
  throw new TrialFault('ready', 'not-ready', `No answer from GET ${path} within ${timeoutS} s; at last ${last}.`);
}

function exitedEarly(server: ServerProcess): TrialFault {
  const exit = server.exit();
  const how = exit?.signal ? `by ${exit.signal}` : `with code ${exit?.code ?? '?'}`;
  return new TrialFault('ready', 'exited-early', `The server ended ${how} before it was ready.`);
}

/** One poll on a connection of its own: the status, or in words why there is none. Over after the given time, whatever trickles in. */
async function ask(port: number, path: string, timeoutMs: number, signal: AbortSignal): Promise<number | string> {
  const { promise, resolve } = Promise.withResolvers<number | string>();
  const polled = request({ host: LOOPBACK, port, path, agent: false, signal }, (response) => {
    resolve(response.statusCode ?? 0);
    response.destroy();
  });
  polled.on('error', (error: NodeJS.ErrnoException) => {
    resolve(error.code === 'ECONNREFUSED' ? 'nothing listened' : error.message);
  });
  polled.end();
  // Not the socket's own timeout, which begins anew with each byte.
  const timer = setTimeout(() => {
    polled.destroy(new Error(`a connection was taken, but not answered within ${Math.round(timeoutMs / 1000)} s`));
  }, timeoutMs);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}
