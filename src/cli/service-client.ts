import { readFileSync } from 'node:fs';
import { request } from 'undici';
import { CommandError, EXIT } from './exit-codes.ts';

export const DEFAULT_URL = 'http://127.0.0.1:8787';
const REQUEST_TIMEOUT_MS = 60_000;

interface Problem {
  readonly title?: string;
  readonly detail?: string;
  readonly code?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

export interface ServiceRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: { readonly text: string; readonly mediaType: string } | undefined;
  /** Default: JSON. */
  readonly accept?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface ConnectionOptions {
  readonly url?: string;
  readonly keyFile?: string;
}

/** The service did not answer, or said that it cannot now (503): asking again later may help. */
export class ServiceAway extends CommandError {}

/** A client of the public API. The key comes from BENCHWRIGHT_KEY or a file, never from the command line, where `ps` shows it. */
export class ServiceClient {
  readonly url: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.url = url.replace(/\/+$/, '');
    this.#key = key;
  }

  static from(options: ConnectionOptions, env: NodeJS.ProcessEnv): ServiceClient {
    return new ServiceClient(serviceUrl(options, env), readKey(options, env));
  }

  /** Sends a request; an answer of 400 and above becomes a CommandError with the exit code of its kind. */
  async exchange(sent: ServiceRequest): Promise<ServiceAnswer> {
    const answer = await this.#request(sent);
    if (answer.status < 400) return answer;
    throw problemError(answer);
  }

  /** The same without headers of its own. */
  send(
    method: ServiceRequest['method'],
    path: string,
    body?: ServiceRequest['body'],
    accept?: string,
    signal?: AbortSignal,
  ): Promise<ServiceAnswer> {
    return this.exchange({ method, path, body, accept, signal });
  }

  async getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
    return JSON.parse((await this.send('GET', path, undefined, undefined, signal)).text) as T;
  }

  async postJson<T>(path: string, value: unknown = {}): Promise<T> {
    return JSON.parse(
      (await this.send('POST', path, { text: JSON.stringify(value), mediaType: 'application/json' })).text,
    ) as T;
  }

  async #request(sent: ServiceRequest): Promise<ServiceAnswer> {
    const { method, path, body, accept = 'application/json', headers, signal } = sent;
    try {
      const response = await request(this.url + path, {
        method,
        headers: {
          authorization: `Bearer ${this.#key}`,
          accept,
          ...(body ? { 'content-type': body.mediaType } : {}),
          ...headers,
        },
        body: body?.text ?? null,
        headersTimeout: REQUEST_TIMEOUT_MS,
        bodyTimeout: REQUEST_TIMEOUT_MS,
        ...(signal ? { signal } : {}),
      });
      return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
    } catch (error) {
      const why = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
      throw new ServiceAway(
        EXIT.unreachable,
        `cannot reach the service at ${this.url} (${why}); is \`benchwright serve\` running, and is --url or BENCHWRIGHT_URL right?`,
      );
    }
  }
}

export function serviceUrl(options: ConnectionOptions, env: NodeJS.ProcessEnv): string {
  const url = options.url ?? env['BENCHWRIGHT_URL'] ?? DEFAULT_URL;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new CommandError(EXIT.badInput, `the service's address must be an http(s) URL, got ${JSON.stringify(url)}`);
  return url;
}

export function readKey(options: ConnectionOptions, env: NodeJS.ProcessEnv): string {
  if (options.keyFile !== undefined) {
    try {
      return readFileSync(options.keyFile, 'utf8').trim();
    } catch (error) {
      throw new CommandError(
        EXIT.badInput,
        `cannot read the key file ${options.keyFile}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  const key = env['BENCHWRIGHT_KEY'];
  if (key) return key.trim();
  throw new CommandError(
    EXIT.unreachable,
    'no key: set BENCHWRIGHT_KEY or give --key-file FILE (`benchwright serve` prints the first key once)',
  );
}

function problemError(answer: ServiceAnswer): CommandError {
  const problem = parseProblem(answer.text);
  const errors = problem.errors ?? [];
  // The detail names every problem in one sentence; here each has a line of its own.
  const headline = errors.length > 0 ? problem.title : problem.detail;
  const lines = [headline ?? problem.title ?? `the service answered ${answer.status}`];
  for (const error of errors) lines.push(`  ${error.pointer === '' ? '(whole spec)' : error.pointer}: ${error.detail}`);
  const refused = answer.status === 401 || answer.status === 403;
  const exitCode = refused || answer.status >= 500 ? EXIT.unreachable : EXIT.badInput;
  if (answer.status === 503) return new ServiceAway(exitCode, lines.join('\n'), problem);
  return new CommandError(exitCode, lines.join('\n'), problem);
}

function parseProblem(text: string): Problem {
  try {
    return JSON.parse(text) as Problem;
  } catch {
    return {};
  }
}
