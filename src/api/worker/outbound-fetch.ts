import { refusalOfUrl } from '../../core/outbound-url.ts';
import { beginningOf, OutboundError, type OutboundFetch, outboundError } from '../outbound-fetch.ts';

/**
 * Requests to public addresses alone, on Workers: the address itself is looked at here; where a name leads the platform sees to, which
 * reaches the public internet and, with `global_fetch_strictly_public` (wrangler.toml), no zone of the account behind its back.
 */
export const fetchFromWorker: OutboundFetch = async (sent) => {
  const { url, method, headers, body, timeout_ms, max_answer_bytes, signal } = sent;
  const refusal = refusalOfUrl(new URL(url), { allow_insecure: false });
  if (refusal !== null) throw new OutboundError(`the address ${refusal}`);
  const time = AbortSignal.timeout(timeout_ms);
  try {
    const answer = await fetch(url, {
      method,
      headers,
      body,
      redirect: 'manual',
      signal: signal === undefined ? time : AbortSignal.any([time, signal]),
    });
    const text = await beginningOf(answer.body, max_answer_bytes);
    return { status: answer.status, header: (name) => answer.headers.get(name), text };
  } catch (error) {
    throw outboundError(error, { timeout_ms });
  }
};
