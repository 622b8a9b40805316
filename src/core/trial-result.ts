import { z } from 'zod';
import { boundedRecord } from './bounded-parse.ts';
import { hostConditionsSchema, MAX_CPUS } from './host.ts';
import { MAX_REPETITIONS } from './limits.ts';
import { loadResultSchema } from './load-result.ts';
import { commitSha } from './origin.ts';

/** What a runner posts for one run of one cell in one block. A failed trial has the same fields as a good one. */

export const TRIAL_STEPS = [
  'provision',
  'start',
  'ready',
  'contract',
  'probe',
  'warmup',
  'window',
  'stop',
  'schedule',
] as const;
export const FAILURE_REASONS = [
  'provision-failed',
  'no-such-ref',
  'untrusted-refused',
  'time-limit',
  'disk-limit',
  'start-failed',
  'exited-early',
  'not-ready',
  'contract-mismatch',
  'crashed',
  'no-answer',
  'engine-failed',
  'memory-limit',
  'process-limit',
  'output-limit',
  'not-stopped',
  'target-unavailable',
  'repeated-failure',
  'upload-rejected',
  'fail-fast',
] as const;

export const MAX_SAYS_LENGTH = 2000;

/** The last part of the server's output that is kept with a failure. */
export const MAX_OUTPUT_BYTES = 64 * 1024;
/** Two hours: of a longer run, which only a very slow ramp makes, the runner keeps the first. */
const MAX_OBSERVED_SECONDS = 7_200;
/** Of one server: 256 workers, and as many again that these start. */
const MAX_PROCESSES = 512;
/** What a lock file installs; a large application of Node has some thousands. */
export const MAX_PACKAGES = 5_000;
export const MAX_PACKAGE_NAME_LENGTH = 214;
export const MAX_VERSION_LENGTH = 60;

const nullableNumber = z.number().nullable();

export const trialFailureSchema = z.object({
  step: z.enum(TRIAL_STEPS),
  reason: z.enum(FAILURE_REASONS),
  /** One sentence for people. */
  says: z.string().max(MAX_SAYS_LENGTH),
  /** The last of the server's output. */
  output: z.string().max(MAX_OUTPUT_BYTES).nullable(),
  exit_code: z.int().nullable(),
  signal: z.string().max(20).nullable(),
});
export type TrialFailure = z.output<typeof trialFailureSchema>;

/** One second of the server's process tree and of the host. CPU shares: 1 = one core busy. */
export const observedSecondSchema = z.object({
  t_s: z.number(),
  server_cpu: z.number(),
  server_rss_mb: z.number(),
  processes: z.array(z.object({ pid: z.int(), cpu: z.number(), rss_mb: z.number() })).max(MAX_PROCESSES),
  generator_cpu: z.number(),
  /** Busy share of each core, 0–1. */
  cores_busy: z.array(z.number()).max(MAX_CPUS),
  /** Time stolen by the hypervisor, as a share of all cores. */
  steal: z.number(),
  /** CPU of processes that are neither server, generator nor runner, in cores. */
  foreign_cpu: z.number(),
  load_1m: z.number(),
});
export type ObservedSecond = z.output<typeof observedSecondSchema>;

export const observationSchema = z.object({
  seconds: z.array(observedSecondSchema).max(MAX_OBSERVED_SECONDS),
  /** Over the window. */
  server_cpu_s: z.number(),
  server_rss_idle_mb: nullableNumber,
  server_rss_peak_mb: nullableNumber,
  /** Mean busy share in the window of each process of the tree that did work, busiest first (1 = one core). */
  processes_busy: z.array(z.number()).max(MAX_PROCESSES),
  steal: z.number(),
  foreign_cpu: z.number(),
  tcp: z.object({ listen_overflows: z.int(), syn_retransmits: z.int(), tcp_timeouts: z.int() }).nullable(),
});
export type Observation = z.output<typeof observationSchema>;

export const versionsSchema = z.object({
  runtime: z.object({ name: z.string().max(40), version: z.string().max(60) }).nullable(),
  packages: boundedRecord(z.string().max(MAX_PACKAGE_NAME_LENGTH), z.string().max(MAX_VERSION_LENGTH), MAX_PACKAGES),
  lock_sha256: z.string().length(64).nullable(),
  /** Of a target from git: what its `ref`, or its default branch, was. */
  commit: commitSha.optional(),
});
export type Versions = z.output<typeof versionsSchema>;

export const trialResultSchema = z
  .strictObject({
    schema_version: z.literal(1),
    cell: z.string().max(120),
    block: z.int().min(1).max(MAX_REPETITIONS),
    run: z.int().min(1).max(2),
    state: z.enum(['ok', 'error', 'skipped']),
    started_at: z.iso.datetime().nullable(),
    ended_at: z.iso.datetime().nullable(),
    failure: trialFailureSchema.nullable(),
    interface: z.string().max(40).nullable(),
    argv: z.array(z.string().max(1000)).max(100),
    versions: versionsSchema.nullable(),
    timing: z.object({
      ready_ms: nullableNumber,
      contract_ms: nullableNumber,
      stop_ms: nullableNumber,
      overhead_s: nullableNumber,
    }),
    contract_checks: z.int().min(0).nullable(),
    load: loadResultSchema.nullable(),
    observation: observationSchema.nullable(),
    host: hostConditionsSchema.nullable(),
    /** Mean service time of the one-user probe of this deployment and worker count (R₁, ms), and the engine's floor at this load. */
    probe_service_ms: nullableNumber,
    floor: z
      .object({ p50_ms: nullableNumber, mean_ms: nullableNumber, p99_ms: nullableNumber, throughput_rps: z.number() })
      .nullable(),
  })
  .meta({ id: 'TrialResult' });
export type TrialResult = z.output<typeof trialResultSchema>;
