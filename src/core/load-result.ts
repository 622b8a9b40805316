import { z } from 'zod';

/** What one run of the load engine measured: stored with each trial, and most of the document of `benchwright load --json`. */

/** A row of a second takes 200 bytes: the 8 MiB of a trial hold about as many, eleven hours of them. */
const MAX_SECONDS = 40_000;
/** One for each way in which a generator fails, and one for each error of its own limits. */
const MAX_VOID_REASONS = 32;
/** Steps of all items of a plan, as far as they have names of their own. */
const MAX_REQUEST_NAMES = 1_024;
/** Doublings over all rates that a host can reach, and as many bisections as floating point has room for. */
export const MAX_CAPACITY_PROBES = 100;

const ms = z.number().nullable();

/** Percentiles in ms by nearest rank from the histogram; null where withheld, hidden or empty. */
export const latencyStatsSchema = z.object({ mean: ms, p50: ms, p90: ms, p95: ms, p99: ms, p999: ms, max: ms });
export type LatencyStats = z.output<typeof latencyStatsSchema>;
const lagStatsSchema = z.object({ p50: ms, p99: ms, max: ms });

export const FAILURE_CLASSES = ['connect', 'reset', 'timeout', 'http_4xx', 'http_5xx', 'contract', 'protocol'] as const;
export type FailureClass = (typeof FAILURE_CLASSES)[number];
const count = z.int().min(0);
export const failedSchema = z.object({
  connect: count,
  reset: count,
  timeout: count,
  http_4xx: count,
  http_5xx: count,
  contract: count,
  protocol: count,
});

/** A share 0–1 for each percentile; null when nothing was measured. */
const share = z.number().nullable();
const percentileSharesSchema = z.object({ p50: share, p90: share, p95: share, p99: share, p999: share });

/** The percentiles that a run may withhold. */
export const WITHHOLDABLE = ['p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const;
export type Withholdable = (typeof WITHHOLDABLE)[number];

export const secondRowSchema = z.object({
  /** Seconds from the start of the run to the start of this row. */
  t_s: z.number(),
  phase: z.enum(['ramp', 'warmup', 'window', 'drain']),
  /** Answers whose last byte fell in this second. */
  answered: count,
  failed: count,
  bytes: count,
  mean_ms: ms,
  p50_ms: ms,
  p95_ms: ms,
  p99_ms: ms,
  max_ms: ms,
  users: count,
  in_flight: count,
  /** The generator's own busy share in this second, 0–1, and its garbage collection time. */
  generator_busy: z.number(),
  gc_ms: z.number(),
  /** The longest turn of its event loop: how long an answer may have waited for it. Absent where the engine did not record it. */
  longest_turn_ms: z.number().optional(),
});
export type SecondRow = z.output<typeof secondRowSchema>;

/** One request name of a plan: the requests of the window that were planned under it and ended. */
export const requestResultSchema = z.object({
  name: z.string().max(2_100),
  requests: count,
  ok: count,
  failed: count,
  latency_ms: latencyStatsSchema,
  service_ms: latencyStatsSchema,
  /** HDR V2 compressed, base64, µs. */
  histograms: z.object({ latency: z.string(), service: z.string() }),
});
export type RequestResult = z.output<typeof requestResultSchema>;

/** One step of a capacity search. No latency: above capacity it is a function of the window. */
export const capacityProbeSchema = z.object({
  rate_rps: z.number(),
  window_s: z.number(),
  /** `undecided`: the window, doubled once, was too short to tell. `void`: the generator could not offer that rate in time. */
  outcome: z.enum(['passed', 'failed', 'undecided', 'void']),
  requests: count,
  /** Slower than the limit, or failed. */
  over_limit: count,
  failed: count,
  /** Wilson bounds (95 %) of the two shares. */
  over_limit_lo: z.number(),
  over_limit_hi: z.number(),
  error_rate_lo: z.number(),
  error_rate_hi: z.number(),
  /** False: the server was still slower than when it was idle after the step before. */
  drained: z.boolean().optional(),
});
export type CapacityProbe = z.output<typeof capacityProbeSchema>;

export const capacityResultSchema = z.object({
  limit: z.object({ quantile: z.number(), latency_ms: z.number(), error_rate: z.number() }),
  /** The highest rate that passed; null: not even the lowest that was tried did. */
  rate_rps: z.number().nullable(),
  /**
   * Why the search ended: the next rate up, at most 1.05 times this one, `failed`; or could not be judged (`undecided`; without a rate:
   * nor could any below); or the generator was the limit (`void`); or nothing passed down to the lowest rate (`none`); or `stopped`.
   */
  ended: z.enum(['failed', 'undecided', 'void', 'none', 'stopped']),
  probes: z.array(capacityProbeSchema).max(MAX_CAPACITY_PROBES),
});
export type CapacityResult = z.output<typeof capacityResultSchema>;

export const loadResultSchema = z
  .object({
    url: z.string(),
    request: z.string(),
    model: z.enum(['users', 'connections', 'rate', 'stages']),
    users: count.nullable(),
    /** Closed: one for each user, or as many as there are. Open: the bound. */
    connections: count,
    /** Open models: the mean rate planned for the window, the kind of arrivals, the most connections that were open at once. */
    rate_rps: z.number().optional(),
    arrivals: z.enum(['constant', 'poisson']).optional(),
    connections_opened: count.optional(),
    driver: z.enum(['socket', 'undici']).optional(),
    threads: count,
    ramp_s: z.number(),
    warmup_s: z.number(),
    /** Measured length of the window. */
    duration_s: z.number(),
    timeout_s: z.number(),
    seed: z.int(),
    /** Planned in the window = sent + not_sent; sent = ok + failed by class, after in-flight ones were waited for. */
    requests: count,
    not_sent: count,
    ok: count,
    failed: failedSchema,
    stale_connections: count,
    in_flight_at_end: count,
    /** Whole run, ramp and warm-up included: what the server saw. */
    sent_total: count,
    /** Answers (ok / all) whose last byte fell in the window: numerators of the two rates. */
    ok_in_window: count,
    answered_in_window: count,
    /** Response bytes received in the window, headers included. */
    bytes: count,
    /** Mean response body in bytes over the window's answers; first third and last third of the window apart. */
    body_bytes_mean: z.number().nullable(),
    body_bytes_mean_thirds: z.tuple([z.number().nullable(), z.number().nullable(), z.number().nullable()]),
    throughput_rps: z.number(),
    answered_rps: z.number(),
    error_rate: z.number().nullable(),
    /** Planned time → last byte; a failure ranks at max(its time, timeout). */
    latency_ms: latencyStatsSchema,
    /** The same over successful answers only. */
    latency_ok_ms: latencyStatsSchema,
    /** Actual write → last byte. */
    service_ms: latencyStatsSchema,
    sched_lag_ms: lagStatsSchema,
    conn_wait_ms: lagStatsSchema,
    turn_ms: lagStatsSchema,
    /**
     * Of `latency_ms`: the largest share of the samples at or above a percentile that ended within one second of the
     * window. Absent where the engine did not record it.
     */
    one_second_share: percentileSharesSchema.optional(),
    /** Requests of the window that took longer than the limit of the plan, in whole buckets of the histogram; failures count as `latency_ms`. */
    over_limit: count.optional(),
    /** Percentiles at or above which failures stand: printed with `≥`. */
    censored: z.array(z.enum(['mean', ...WITHHOLDABLE])).max(1 + WITHHOLDABLE.length),
    /** Percentiles that the engine will not vouch for: the contaminated share is too large for them. */
    withheld: z.array(z.enum(WITHHOLDABLE)).max(WITHHOLDABLE.length),
    contaminated: count,
    /** Sum of event-loop turns longer than 20 ms in the window, as a share of it. */
    long_turns_share: z.number(),
    /**
     * Of the whole run: iterations that were begun, ended as they declare, and broken off because a step failed. Sequences that the
     * window's end cut short are in neither. Absent where the engine did not count them.
     */
    iterations: z.object({ begun: count, completed: count, broken: count }).optional(),
    /** One for each request name, in the order of the plan; absent for a plan of one request. */
    by_request: z.array(requestResultSchema).max(MAX_REQUEST_NAMES).optional(),
    /** Of a capacity search: the rest of the result is that of its best step. */
    capacity: capacityResultSchema.optional(),
    /** Mean think time actually drawn in the window (s); null without think time. */
    think_time_mean_s: z.number().nullable(),
    generator: z.object({ busy: z.number(), cpu_s: z.number(), gc_ms: z.number(), rss_mb: z.number() }),
    void: z.boolean(),
    void_reasons: z.array(z.string()).max(MAX_VOID_REASONS),
    seconds: z.array(secondRowSchema).max(MAX_SECONDS),
    /** HDR V2 compressed, base64, µs. */
    histograms: z.object({
      latency: z.string(),
      latency_ok: z.string(),
      service: z.string(),
      sched_lag: z.string(),
      conn_wait: z.string(),
      turn: z.string(),
    }),
  })
  .meta({ id: 'LoadResult' });
export type LoadResult = z.output<typeof loadResultSchema>;

/** What the engine's process writes on its standard output, one JSON document a line. */
export type LoadMessage =
  | { readonly type: 'phase'; readonly phase: SecondRow['phase']; readonly t_s: number }
  | { readonly type: 'second'; readonly second: SecondRow }
  /** A step of a capacity search was judged; its phases and seconds were told before. */
  | { readonly type: 'probe'; readonly probe: CapacityProbe }
  | { readonly type: 'result'; readonly result: LoadResult }
  | { readonly type: 'error'; readonly detail: string };
