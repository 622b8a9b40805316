import { z } from 'zod';
import { boundedRecord } from './bounded-parse.ts';
import { hostFingerprintSchema } from './host.ts';
import { END_REASONS, OUTCOMES } from './job.ts';
import { MAX_LABELS } from './limits.ts';
import { targetOfferSchema } from './offer.ts';

/** What runner and service say to each other under `/runner/v1`. Spans of time are seconds from now: no clock is trusted. */

/** The lease travels in a header, never in a digested body. */
export const LEASE_HEADER = 'Benchwright-Lease';
/** On every answer about a job: what has become of it. */
export const JOB_STATUS_HEADER = 'Job-Status';
/** RFC 9530: `sha-256=:{base64}:` over the exact bytes of a trial. */
export const DIGEST_HEADER = 'Repr-Digest';
/** A trial's body. Seconds and histograms of an hour's window stay well below. */
export const MAX_TRIAL_BYTES = 8 * 1024 * 1024;

/** Of one runner: each is a folder that somebody keeps up. */
const MAX_TARGETS = 256;

export const JOB_STATUSES = ['running', 'canceling', 'lost'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

export const sessionRequestSchema = z.strictObject({
  host_id: z.string().min(8).max(80),
  fingerprint: hostFingerprintSchema,
  version: z.string().max(40),
  labels: boundedRecord(z.string().max(63), z.string().max(200), MAX_LABELS),
  targets: z.array(targetOfferSchema).max(MAX_TARGETS),
  /** Serves every project; asked for with a key of scope operator. */
  shared: z.boolean().optional(),
});
export type SessionRequest = z.output<typeof sessionRequestSchema>;

export const sessionSchema = z.object({
  runner_id: z.string(),
  session_id: z.string(),
  poll_s: z.number(),
  heartbeat_s: z.number(),
  lease_s: z.number(),
  wait_max_s: z.number(),
});
export type RunnerSession = z.output<typeof sessionSchema>;

export const claimRequestSchema = z.strictObject({
  session_id: z.string().max(80),
  /** Of the session. With it a session that is not known is told from one that a newer has superseded. */
  runner_id: z.string().max(80).optional(),
  /** Random, of the runner's making: a claim that is repeated with it after a lost answer gives the same job. */
  claim_key: z.string().min(8).max(80),
  wait_s: z.number().min(0).max(25),
});
export type ClaimRequest = z.output<typeof claimRequestSchema>;

export const trialKeySchema = z.object({ cell: z.string(), block: z.int().min(1), run: z.int().min(1).max(2) });
export type TrialKey = z.output<typeof trialKeySchema>;

export const claimedJobSchema = z.object({
  job_id: z.string(),
  experiment_id: z.string(),
  attempt: z.int(),
  generation: z.int(),
  lease_id: z.string(),
  /** The normalised spec. */
  spec: z.record(z.string(), z.unknown()),
  schedule: z.array(z.object({ block: z.int(), cells: z.array(z.string()) })),
  /** Of this generation, stored already. */
  done_trials: z.array(trialKeySchema.extend({ state: z.enum(['ok', 'error', 'skipped']) })),
  deadline_in_s: z.number(),
  /** It measures code that nobody of the project has written, of a fork: only a runner that has another user for it may build it. */
  untrusted: z.boolean().optional(),
});
export type ClaimedJob = z.output<typeof claimedJobSchema>;

export const progressSchema = z.strictObject({
  trials_done: z.int().min(0),
  cell: z.string().max(120).nullable(),
  block: z.int().nullable(),
  /** provisioning, probe, floor, start, ramp, warmup, window, drain, stop … for people. */
  phase: z.string().max(40).nullable(),
  /** Answers and failures of the last second. */
  rps: z.number().nullable(),
  errors: z.number().nullable(),
});
export type Progress = z.output<typeof progressSchema>;
export const heartbeatRequestSchema = z.strictObject({ progress: progressSchema });

export const finishRequestSchema = z.strictObject({
  outcome: z.enum(OUTCOMES),
  reason: z.enum(END_REASONS).nullable(),
  /** Whole blocks that have been run. */
  blocks: z.int().min(0),
});
export type FinishRequest = z.output<typeof finishRequestSchema>;
