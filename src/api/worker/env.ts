import { parseBaseUrl } from '../base-url.ts';
import type { ApiConfig } from '../deps.ts';

/** What `wrangler.toml` binds, and what `wrangler secret put` sets. */
export interface WorkerEnv {
  readonly HYPERDRIVE: { readonly connectionString: string };
  readonly RATE_LIMITER: RateLimitBinding;
  /** Of package.json. */
  readonly BENCHWRIGHT_VERSION: string;
  /** Base64 of ≥ 32 random bytes. */
  readonly BENCHWRIGHT_SECRET_KEY?: string;
  /** The one before, while secrets are being sealed anew. */
  readonly BENCHWRIGHT_SECRET_KEY_PREVIOUS?: string;
  /** Of `benchwright keys generate`; becomes the first operator key. */
  readonly BENCHWRIGHT_OPERATOR_KEY?: string;
  /** The address that links begin with; default: that of the request. */
  readonly BENCHWRIGHT_BASE_URL?: string;
  /** error, warn (default) or info. */
  readonly BENCHWRIGHT_LOG_LEVEL?: string;
}

export interface RateLimitBinding {
  limit(options: { readonly key: string }): Promise<{ readonly success: boolean }>;
}

/** The part of a Worker's execution context that is used. */
export interface WorkerContext {
  waitUntil(promise: Promise<unknown>): void;
  passThroughOnException(): void;
  readonly props: unknown;
}

/** As long as the SHA-256 it is used with. */
const SECRET_BYTES = 32;

function secretBytes(text: string | undefined, name: string): Uint8Array {
  if (text === undefined || text === '') {
    throw new Error(`${name} is not set: openssl rand -base64 32 | npx wrangler secret put ${name}`);
  }
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.from(atob(text.trim()), (c) => c.charCodeAt(0));
  } catch {
    bytes = new Uint8Array();
  }
  if (bytes.length >= SECRET_BYTES) return bytes;
  throw new Error(`${name} is not a secret key: expected ${SECRET_BYTES} random bytes in base64`);
}

/** Throws one line with the remedy when a secret is missing or is none. */
export function configOf(env: WorkerEnv): ApiConfig {
  return {
    secret_key: secretBytes(env.BENCHWRIGHT_SECRET_KEY, 'BENCHWRIGHT_SECRET_KEY'),
    secret_key_previous: env.BENCHWRIGHT_SECRET_KEY_PREVIOUS
      ? secretBytes(env.BENCHWRIGHT_SECRET_KEY_PREVIOUS, 'BENCHWRIGHT_SECRET_KEY_PREVIOUS')
      : null,
    version: env.BENCHWRIGHT_VERSION,
    base_url: env.BENCHWRIGHT_BASE_URL ? parseBaseUrl(env.BENCHWRIGHT_BASE_URL) : null,
    isolated_requests: true,
  };
}
