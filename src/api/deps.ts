import type { Db } from '../db/client.ts';
import type { Scope } from '../core/key-format.ts';
import type { QueueBell } from './queue-bell.ts';
import type { Results } from '../core/results.ts';

/** The part of pino's logger that the app uses. */
export interface Log {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

export interface ApiConfig {
  /** Signs share links: ≥ 32 bytes. */
  readonly secret_key: Uint8Array;
  readonly version: string;
  /** The address that links in answers begin with; null: that of the request. */
  readonly base_url: string | null;
  /** How often runners report; default: the protocol's. The demo asks for more, for its live page. */
  readonly heartbeat_s?: number | undefined;
  /** How long a lease is, as runners are told; default: the protocol's. The database session decides. */
  readonly lease_s?: number | undefined;
}

/** All that the app reaches outside itself. It reads no environment and no clock of its own. */
export interface Deps {
  readonly db: Db;
  readonly now: () => Date;
  /** UUIDv7. */
  readonly uuid: () => string;
  /** Cryptographically random. */
  readonly randomBytes: (count: number) => Uint8Array;
  readonly config: ApiConfig;
  readonly log: Log;
  /** Rung when a job may have become claimable; wakes long polls of this process. */
  readonly bell: QueueBell;
  /** Renders the page; an argument so that charts may run in a worker thread. */
  readonly renderReport: (results: Results, options: ReportOptions) => string | Promise<string>;
}

export interface ReportOptions {
  /** Set while the experiment runs: where the page polls. */
  readonly live: { readonly status_url: string } | null;
  readonly generated_at: string | null;
}

/** Who asks. */
export interface Caller {
  readonly key_id: string;
  readonly project_id: string;
  readonly type: string;
  readonly scopes: readonly Scope[];
}

export interface AppEnv {
  Variables: { request_id: string; job_status?: 'running' | 'canceling' | 'lost' };
}
