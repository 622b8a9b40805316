import type { LookupFunction } from 'node:net';
import { Agent, request } from 'undici';
import { type OutboundRules, refusalOfAddress, refusalOfUrl } from '../core/outbound-url.ts';
import { createResolver, type Resolved } from './node-resolver.ts';
import {
  beginningOf,
  type OutboundAnswer,
  OutboundError,
  type OutboundFetch,
  outboundError,
} from './outbound-fetch.ts';

export interface GuardOptions extends OutboundRules {
  /** All addresses of a name; default: what the system's name servers say. */
  readonly resolve?: (hostname: string) => Promise<readonly Resolved[]>;
}

export interface FetchGuard {
  readonly fetch: OutboundFetch;
  /** Idempotent; cuts what is open. */
  close(): Promise<void>;
}

/**
 * Requests to public addresses alone, on Node. A name is resolved once, when the connection is made; what it must not lead to is taken
 * out of the answer, and what is left is connected to: nobody resolves it a second time. No proxy of the environment comes between.
 */
export function createFetchGuard({ resolve, ...rules }: GuardOptions): FetchGuard {
  const names = createResolver();
  const agent = new Agent({ connect: { lookup: guardedLookup(resolve ?? names.resolve, rules) }, allowH2: false });
  let closing: Promise<void> | null = null;
  return {
    fetch: (sent) => send(agent, rules, sent),
    close: () => (closing ??= agent.destroy().finally(() => names.close())),
  };
}

async function send(
  agent: Agent,
  rules: OutboundRules,
  { url, method, headers, body, timeout_ms, max_answer_bytes, signal }: Parameters<OutboundFetch>[0],
): Promise<OutboundAnswer> {
  const refusal = refusalOfUrl(new URL(url), rules);
  if (refusal !== null) throw new OutboundError(`the address ${refusal}`);
  const time = AbortSignal.timeout(timeout_ms);
  try {
    const answer = await request(url, {
      dispatcher: agent,
      method,
      headers,
      body,
      // One request a connection: the next attempt asks the resolver anew.
      reset: true,
      signal: signal === undefined ? time : AbortSignal.any([time, signal]),
    });
    const text = await beginningOf(answer.body as AsyncIterable<Uint8Array>, max_answer_bytes);
    const header = (name: string) => answer.headers[name.toLowerCase()]?.toString() ?? null;
    return { status: answer.statusCode, header, text };
  } catch (error) {
    throw outboundError(error, { timeout_ms });
  }
}

/** In the place of `dns.lookup` when a socket connects. An address in the URL itself is not looked up: `refusalOfUrl` has seen it. */
export function guardedLookup(resolve: NonNullable<GuardOptions['resolve']>, rules: OutboundRules): LookupFunction {
  return (hostname, options, callback) => {
    const answer = async () => {
      const open = await openAddresses(hostname, resolve, rules);
      if (open instanceof Error) callback(open, []);
      else if (options.all === true) callback(null, open);
      else callback(null, open[0]?.address ?? '', open[0]?.family);
    };
    void answer();
  };
}

async function openAddresses(
  hostname: string,
  resolve: NonNullable<GuardOptions['resolve']>,
  rules: OutboundRules,
): Promise<Resolved[] | Error> {
  try {
    return allowed(hostname, await resolve(hostname), rules);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Throws OutboundError when nothing is left. */
function allowed(hostname: string, answers: readonly Resolved[], rules: OutboundRules): Resolved[] {
  const open = answers.filter(({ address }) => refusalOfAddress(address, rules) === null);
  if (open.length > 0) return open;
  const [first] = answers;
  const why = first === undefined ? 'has no address' : refusalOfAddress(first.address, rules);
  throw new OutboundError(`the name ${hostname} ${why}`);
}
