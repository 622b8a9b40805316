import { Pool } from 'undici';

/** Longer than any wait that is asked for. */
const ANSWER_MS = 60_000;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** From the call to the last byte. */
  readonly ms: number;
}

export interface Request {
  readonly key: string;
  readonly json?: unknown;
  readonly body?: Uint8Array | string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface Http extends AsyncDisposable {
  send(method: 'GET' | 'POST' | 'PUT', path: string, request: Request): Promise<Answer>;
}

/** Keep-alive connections to the service, one request at a time on each. */
export function connectTo(url: string, connections: number): Http {
  const pool = new Pool(url, { connections, pipelining: 1, headersTimeout: ANSWER_MS, bodyTimeout: ANSWER_MS });
  return {
    async send(method, path, { key, json, body, headers, signal }) {
      const sent = json === undefined ? body : JSON.stringify(json);
      const start = performance.now();
      const answer = await pool.request({
        method,
        path,
        headers: {
          authorization: `Bearer ${key}`,
          ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(sent === undefined ? {} : { body: sent }),
        ...(signal ? { signal } : {}),
      });
      const text = await answer.body.text();
      return { status: answer.statusCode, headers: answer.headers, text, ms: performance.now() - start };
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  };
}

/** The body of an answer with the expected status; a bench that measures refusals measures nothing. */
export function expected<T>(answer: Answer, status: number): T {
  if (answer.status !== status) throw new Error(`expected status ${status}, got ${answer.status}: ${answer.text}`);
  return (answer.text === '' ? null : JSON.parse(answer.text)) as T;
}
