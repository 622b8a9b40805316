import type { Db } from '../db/client.ts';
import type { AskFresh } from '../db/job-claim.ts';
import type { Scope } from '../core/key-format.ts';
import type { Derive } from './derive.ts';
import type { ExperimentWatch } from './experiment-watch.ts';
import type { GoodKeys } from './good-keys.ts';
import type { Family } from './prometheus-text.ts';
import type { QueueBell } from './queue-bell.ts';
import type { Allowance, RateLimiter } from './rate-limiter.ts';
import type { Results } from '../core/results.ts';

/** The part of pino's logger that the app uses. */
export interface Log {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

export interface ApiConfig {
  /** Seals secrets at rest: ≥ 32 bytes. */
  readonly secret_key: Uint8Array;
  /** The key before it, while secrets are being sealed anew; default: none. */
  readonly secret_key_previous?: Uint8Array | null | undefined;
  readonly version: string;
  /** The address that links in answers begin with; null: that of the request. */
  readonly base_url: string | null;
  /** How often runners report; default: the protocol's. The demo asks for more, for its live page. */
  readonly heartbeat_s?: number | undefined;
  /** How long a lease is, as runners are told; default: the protocol's. The database session decides. */
  readonly lease_s?: number | undefined;
  /** Within which a body must have come whole; default: by the size that its route takes. */
  readonly body_timeout_ms?: number | undefined;
  /** Webhooks may have http addresses, and lead to this machine (loopback); default: neither. */
  readonly allow_insecure_webhooks?: boolean | undefined;
  /** On Workers: a request may end at any moment, and with it whatever it was computing; no other one waits for that. */
  readonly isolated_requests?: boolean | undefined;
}

/** Rung when something was put into the outbox: what sends it looks at once, instead of at its next turn. */
export interface OutboxBell {
  wake(): void;
}

/** What a process that lives on knows of itself. */
export interface ProcessMeter {
  families(): Family[];
  close(): void;
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
  /** Asks for claims of several runners at once; default: each by itself. */
  readonly askClaim?: AskFresh | undefined;
  /** Rung when a job may have become claimable; wakes long polls of this process. */
  readonly bell: QueueBell;
  /** On Node; elsewhere what is noted is sent when the cron comes. */
  readonly outbox?: OutboxBell | undefined;
  /** What long polls of experiments wait on. */
  readonly watch: ExperimentWatch;
  /** Null: nothing is counted. */
  readonly limiter: RateLimiter | null;
  /** Who asks without a key, as the platform tells it; one answer for all that one client can ask from. */
  readonly addressOf?: ((request: Request, env: unknown) => string | null) | undefined;
  /** On Node: `/metrics` then also says what this process has answered and how it is. */
  readonly meter?: ProcessMeter | undefined;
  /** Makes results and pages out of the way of the event loop (Node); default: in place, with `renderReport`. */
  readonly derive?: Derive | undefined;
  /** Renders the page, where `derive` does not. */
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
  Variables: {
    request_id: string;
    /** The template that matched. */
    route?: string;
    caller?: Caller;
    /** Of the app. */
    good_keys: GoodKeys;
    allowance?: Allowance;
    /** Of the console's session: what its forms carry. */
    form_token?: string;
    job_status?: 'running' | 'canceling' | 'lost';
  };
}
