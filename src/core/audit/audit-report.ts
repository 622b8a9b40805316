import { z } from 'zod';
import { SEVERITIES } from '../finding.ts';

/** What an audit answers, in the order in which a reader wants it. */
export const auditFindingSchema = z
  .object({
    rule: z.string(),
    severity: z.enum(SEVERITIES),
    /** Tables or sections that it is about, as the study names them. */
    tables: z.array(z.string()),
    /** Rows of them, e.g. `fastapi, 1 worker, 100 users`; empty: the whole table. */
    rows: z.array(z.string()),
    evidence: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
    says: z.string(),
    remedy: z.string(),
  })
  .meta({ id: 'AuditFinding' });
export type AuditFinding = z.output<typeof auditFindingSchema>;

/** A printed cell with what follows from its throughput and latency alone. */
export const auditRowSchema = z.object({
  tables: z.array(z.string()),
  deployment: z.string(),
  workers: z.int().nullable(),
  users: z.int(),
  throughput_rps: z.number(),
  latency_mean_ms: z.number(),
  /** N/X − R. */
  think_time_implied_s: z.number(),
  /** The least that ramp, rounding and failures allow; null when ramp or duration is not declared. */
  think_time_at_least_s: z.number().nullable(),
  think_time_at_most_s: z.number(),
  /** X·R: requests in the server at once, on average (Little). */
  in_flight: z.number(),
  /** null: nothing was declared to hold it against. */
  contradicts_design: z.boolean().nullable(),
});
export type AuditRow = z.output<typeof auditRowSchema>;

const about = z.object({ rule: z.string(), says: z.string() });
export type Checked = z.output<typeof about>;
const notRun = z.object({ rule: z.string(), reason: z.string() });
export type NotRun = z.output<typeof notRun>;

export const auditReportSchema = z
  .object({
    schema_version: z.literal(1),
    study: z.string(),
    summary: z.string(),
    declared_think_time_s: z.object({ min: z.number(), max: z.number() }).nullable(),
    rows: z.array(auditRowSchema),
    /** INVALID first. */
    findings: z.array(auditFindingSchema),
    /** What was held against the rows and stands. */
    checked: z.array(about),
    /** Rules that the data does not allow, with the reason. */
    not_run: z.array(notRun),
  })
  .meta({ id: 'AuditReport' });
export type AuditReport = z.output<typeof auditReportSchema>;

export interface RuleOutcome {
  readonly findings: readonly AuditFinding[];
  readonly checked: readonly Checked[];
  readonly not_run: readonly NotRun[];
}

export const NOTHING: RuleOutcome = { findings: [], checked: [], not_run: [] };
