import { z } from '@hono/zod-openapi';
import { GATE_VERDICTS } from '../core/gate/verdict.ts';
import { END_REASONS, EXPERIMENT_STATES, hasEnded } from '../core/job.ts';
import { originSchema } from '../core/origin.ts';
import { matrixSize } from '../core/schedule.ts';
import type { ExperimentRow, ExperimentSummary } from '../db/experiments.ts';
import { etaS } from './eta.ts';

/** Time after which a reader may look again (s): a trial takes longer. */
export const RETRY_AFTER_S = 2;

export const experimentIdParam = z.object({ id: z.string().meta({ description: 'exp_…' }) });

const time = z.string().nullable().meta({ description: 'RFC 3339, UTC' });

export const linksSchema = z.object({
  self: z.string(),
  spec: z.string(),
  results: z.string(),
  comparisons: z.string(),
  report: z.string(),
  events: z.string(),
  cancel: z.string(),
  share: z.string(),
});

export const experimentSummarySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    labels: z.record(z.string(), z.string()),
    series: z.string().nullable(),
    status: z.enum(EXPERIMENT_STATES),
    reason: z.enum(END_REASONS).nullable(),
    verdict: z
      .enum(GATE_VERDICTS)
      .meta({ description: 'Of its thresholds; `none` without any, and until it was judged, which follows its end.' }),
    origin: originSchema.nullable().meta({ description: 'What an inbound hook started it for.' }),
    cells: z.int(),
    trials_planned: z.int(),
    trials_done: z.int(),
    created_at: z.string(),
    started_at: time,
    ended_at: time,
    cancel_requested_at: time,
    links: linksSchema,
  })
  .meta({ id: 'ExperimentSummary' });

export const experimentSchema = experimentSummarySchema
  .extend({
    estimated_s: z.int().meta({ description: 'Expected length of the whole experiment.' }),
    progress: z
      .object({
        cell: z.string().nullable(),
        block: z.int().nullable(),
        phase: z.string().nullable(),
        rps: z.number().nullable(),
        errors: z.number().nullable(),
        eta_s: z.int().nullable(),
      })
      .nullable()
      .meta({ description: 'What the runner is at; null unless it runs.' }),
  })
  .meta({ id: 'Experiment' });

export function linksOf(id: string): z.output<typeof linksSchema> {
  const self = `/v1/experiments/${id}`;
  return {
    self,
    spec: `${self}/spec`,
    results: `${self}/results`,
    comparisons: `${self}/comparisons`,
    report: `${self}/report`,
    events: `${self}/events`,
    cancel: `${self}/cancel`,
    share: `${self}/share`,
  };
}

export function summaryView(row: ExperimentSummary): z.output<typeof experimentSummarySchema> {
  return {
    id: row.id,
    name: row.name,
    labels: row.labels,
    series: row.series,
    status: row.status,
    reason: row.reason,
    verdict: row.verdict ?? 'none',
    origin: row.origin,
    cells: row.cells_count,
    trials_planned: row.trials_planned,
    trials_done: row.trials_done,
    created_at: row.created_at.toISOString(),
    started_at: row.started_at?.toISOString() ?? null,
    ended_at: row.ended_at?.toISOString() ?? null,
    cancel_requested_at: row.cancel_requested_at?.toISOString() ?? null,
    links: linksOf(row.id),
  };
}

/** What a runner is at now; null unless the experiment runs. */
export function progressView(row: ExperimentRow, now: Date): z.output<typeof experimentSchema>['progress'] {
  if (row.status !== 'running') return null;
  const { estimated_s } = matrixSize(row.spec);
  return {
    cell: row.progress?.cell ?? null,
    block: row.progress?.block ?? null,
    phase: row.progress?.phase ?? null,
    rps: row.progress?.rps ?? null,
    errors: row.progress?.errors ?? null,
    eta_s: etaS({
      estimated_s,
      elapsed_s: row.started_at === null ? 0 : (now.getTime() - row.started_at.getTime()) / 1000,
      trials_done: row.trials_done,
      trials_planned: row.trials_planned,
    }),
  };
}

export function experimentView(row: ExperimentRow, now: Date): z.output<typeof experimentSchema> {
  return { ...summaryView(row), estimated_s: matrixSize(row.spec).estimated_s, progress: progressView(row, now) };
}

/** Whether nothing more is expected of it: it has ended, and was judged. */
export function isSettled({ status, verdict }: Pick<ExperimentRow, 'status' | 'verdict'>): boolean {
  return hasEnded(status) && verdict !== null;
}

/** `Retry-After` while there is something to wait for. */
export function waitHeaders(isOver: boolean): Record<string, string> {
  return isOver ? {} : { 'Retry-After': String(RETRY_AFTER_S) };
}
