/** What a limiter says of one request. */
export interface Allowance {
  readonly allowed: boolean;
  /** Seconds after which the next request is taken; 0 when this one was. */
  readonly retry_after_s: number;
  /** Requests left at this moment; null where the platform does not tell (Workers). */
  readonly remaining: number | null;
  /** Seconds until the whole quota is there again; absent where the platform does not tell. */
  readonly full_in_s?: number;
}

/** Bounds how often one key (or, without a key, one address) may ask. On Node buckets in memory, on Workers the platform's binding. */
export interface RateLimiter {
  /** `RateLimit-Policy` of the answers: `"default";q=600;w=60`. */
  readonly policy: string;
  take(who: string): Promise<Allowance>;
  /** What `take` would say if nothing is left for `who`, else null; counts nothing. Absent where the platform does not tell (Workers). */
  spent?(who: string): Allowance | null;
}
