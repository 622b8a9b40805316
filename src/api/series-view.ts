import { z } from '@hono/zod-openapi';
import { slug } from '../core/spec-name.ts';
import type { SeriesRow } from '../db/series.ts';

export const seriesNameParam = z.object({ name: slug.meta({ description: '`series` of a spec' }) });

/** As a label's value. */
export const mainBranch = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, 'one line without control characters')
  .meta({ description: 'Experiments with this `labels.branch` are the history.' });

export const pinSchema = z
  .object({ experiment_id: z.string(), set_at: z.string() })
  .meta({ id: 'SeriesBaseline', description: 'What `base: series` compares with.' });

export const seriesSchema = z
  .object({
    name: z.string(),
    main_branch: z.string(),
    baseline: pinSchema.nullable(),
    links: z.object({ self: z.string(), history: z.string(), baseline: z.string(), experiments: z.string() }),
  })
  .meta({ id: 'Series' });

/** Null: nothing is pinned. */
export function pinView(row: SeriesRow): z.output<typeof pinSchema> | null {
  const { baseline_experiment_id: experiment_id, baseline_set_at } = row;
  if (experiment_id === null || baseline_set_at === null) return null;
  return { experiment_id, set_at: baseline_set_at.toISOString() };
}

export function seriesView(row: SeriesRow): z.output<typeof seriesSchema> {
  const self = `/v1/series/${row.name}`;
  return {
    name: row.name,
    main_branch: row.main_branch,
    baseline: pinView(row),
    links: {
      self,
      history: `${self}/history`,
      baseline: `${self}/baseline`,
      experiments: `/v1/experiments?series=${row.name}`,
    },
  };
}
