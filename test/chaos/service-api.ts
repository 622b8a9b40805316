import { setTimeout as delay } from 'node:timers/promises';

export interface ExperimentSeen {
  readonly id: string;
  readonly status: 'queued' | 'running' | 'succeeded' | 'failed' | 'canceled';
  readonly reason: string | null;
  readonly trials_planned: number;
  readonly trials_done: number;
}

/** What a user does, who tries again when the service does not answer. */
const RETRY_MS = 100;
const ANSWER_TIMEOUT_MS = 10_000;

export class ServiceApi {
  readonly url: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.url = url;
    this.#key = key;
  }

  /** One attempt; null: no answer, or one that says to try again. Throws what will not become better. */
  async once<T>(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<T | null> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(this.url + path, {
        method,
        headers: { authorization: `Bearer ${this.#key}`, 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
      });
      text = await response.text();
    } catch {
      return null;
    }
    if (response.status >= 500 || response.status === 429 || text.includes('"idempotency-in-flight"')) return null;
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  }

  /** The same until there is an answer. */
  async until<T>(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<T> {
    for (;;) {
      const answer = await this.once<T>(method, path, body, headers);
      if (answer !== null) return answer;
      await delay(RETRY_MS);
    }
  }

  async submit(spec: object, headers: Record<string, string> = {}): Promise<string> {
    return (await this.until<{ id: string }>('POST', '/v1/experiments', spec, headers)).id;
  }

  see(id: string): Promise<ExperimentSeen> {
    return this.until<ExperimentSeen>('GET', `/v1/experiments/${id}`);
  }

  /** Looks until it has ended; throws when it has not by then. */
  async ended(id: string, withinMs: number): Promise<ExperimentSeen> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const seen = await this.see(id);
      if (seen.status !== 'queued' && seen.status !== 'running') return seen;
      if (performance.now() > deadline)
        throw new Error(`${id} has not ended within ${withinMs / 1000} s: ${JSON.stringify(seen)}`);
      await delay(RETRY_MS);
    }
  }
}
