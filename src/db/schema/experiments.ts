import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, json, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { HostFingerprint } from '../../core/host.ts';
import { GATE_VERDICTS } from '../../core/gate/verdict.ts';
import { END_REASONS, EXPERIMENT_STATES } from '../../core/job.ts';
import type { TargetOffer } from '../../core/offer.ts';
import type { Origin } from '../../core/origin.ts';
import type { Results } from '../../core/results.ts';
import type { Progress } from '../../core/runner-protocol.ts';
import type { Block } from '../../core/schedule.ts';
import type { Spec } from '../../core/spec.ts';
import { at, isDigest } from './columns.ts';
import { projects } from './projects.ts';
import { isExperimentState, isFinal, isVerdict, reasonFits } from './states.ts';

export const experiments = pgTable(
  'experiments',
  {
    id: text().primaryKey(),
    project_id: text()
      .notNull()
      .references(() => projects.id),
    name: text().notNull(),
    labels: jsonb().$type<Record<string, string>>().notNull(),
    /** `spec.series`. */
    series: text(),
    /** Null: no hook started it. */
    origin: jsonb().$type<Origin>(),
    /** `json`, not `jsonb`, where the order of keys is part of what people see. */
    spec: json().$type<Spec>().notNull(),
    original_text: text().notNull(),
    original_media_type: text().notNull(),
    schedule: jsonb().$type<Block[]>().notNull(),
    cells_count: integer().notNull(),
    trials_planned: integer().notNull(),
    /** Stored trials with run 1, of the current generation. */
    trials_done: integer().notNull().default(0),
    status: text({ enum: EXPERIMENT_STATES }).notNull().default('queued'),
    reason: text({ enum: END_REASONS }),
    /** Null: not ended, or ended and not judged yet. `none`: it has nothing to be judged by. */
    verdict: text({ enum: GATE_VERDICTS }),
    version: integer().notNull().default(1),
    events_count: integer().notNull().default(0),
    created_at: at().notNull().defaultNow(),
    started_at: at(),
    ended_at: at(),
    cancel_requested_at: at(),
    host: jsonb().$type<{ fingerprint: HostFingerprint; digest: string }>(),
    targets: json().$type<TargetOffer[]>().notNull().default([]),
    progress: jsonb().$type<Progress>(),
    share_version: integer().notNull().default(0),
    shared: boolean().notNull().default(false),
    results: json().$type<Results>(),
    results_digest: text(),
    /** Of the summariser that made the results: those of an older one are made anew. */
    results_version: integer(),
  },
  (t) => [
    index('experiments_newest').on(t.project_id, t.created_at, t.id),
    index('experiments_by_status').on(t.project_id, t.status, t.created_at, t.id),
    index('experiments_labels').using('gin', t.labels.op('jsonb_path_ops')),
    /** What retention reads. */
    index('experiments_ended_at')
      .on(t.project_id, t.ended_at)
      .where(sql`${t.ended_at} is not null`),
    index('experiments_series')
      .on(t.project_id, t.series, t.created_at, t.id)
      .where(sql`${t.series} is not null`),
    /** What is to be judged: a handful, whatever has piled up behind it. */
    index('experiments_unjudged')
      .on(t.id)
      .where(sql`${t.ended_at} is not null and ${t.verdict} is null`),
    check('experiments_verdict', sql`${t.verdict} is null or (${t.ended_at} is not null and ${isVerdict(t.verdict)})`),
    check('experiments_status', isExperimentState(t.status)),
    check('experiments_reason', reasonFits(t.status, t.reason)),
    check('experiments_ended', sql`(${t.ended_at} is not null) = (${isFinal(t.status)})`),
    check(
      'experiments_started',
      sql`case ${t.status} when 'queued' then ${t.started_at} is null when 'running' then ${t.started_at} is not null when 'succeeded' then ${t.started_at} is not null else true end`,
    ),
    check('experiments_progress', sql`${t.progress} is null or ${t.status} = 'running'`),
    check('experiments_counts', sql`${t.cells_count} > 0 and ${t.trials_done} between 0 and ${t.trials_planned}`),
    check('experiments_shared', sql`not ${t.shared} or ${t.share_version} > 0`),
    check('experiments_results', sql`(${t.results} is null) = (${t.results_digest} is null)`),
    check('experiments_results_ended', sql`${t.results} is null or ${t.ended_at} is not null`),
    check('experiments_results_digest', isDigest(t.results_digest)),
  ],
);
