import { z } from '@hono/zod-openapi';
import { GATE_VERDICTS } from '../core/gate/verdict.ts';
import { METRICS } from '../core/metric.ts';
import { metricValueSchema, NOT_MEASURED } from '../core/results.ts';
import { historyChanges } from '../core/series/history-changes.ts';
import type { HistoryRow } from '../db/series-history.ts';

const historyCellSchema = metricValueSchema
  .extend({ cell: z.string(), validity: z.enum(['valid', 'suspect', 'invalid']).nullable() })
  .meta({ id: 'HistoryCell' });

const historyPointSchema = z
  .object({
    experiment_id: z.string(),
    name: z.string(),
    commit: z.string().nullable().meta({ description: '`labels.commit`' }),
    created_at: z.string(),
    ended_at: z.string().nullable(),
    verdict: z.enum(GATE_VERDICTS),
    host_digest: z.string().nullable().meta({ description: 'Values of different hosts are not comparable.' }),
    cells: z.array(historyCellSchema),
  })
  .meta({ id: 'HistoryPoint', description: 'One experiment of the main branch that has succeeded.' });

const historyChangeSchema = z
  .object({
    cell: z.string(),
    host_digest: z.string(),
    experiment_id: z.string().meta({ description: 'The first one with the new level.' }),
    before: z.number(),
    after: z.number(),
    p: z.number(),
  })
  .meta({ id: 'HistoryChange', description: 'Where a cell changed its level (S10, E-divisive, p < 0.001).' });

export const historySchema = z
  .object({
    series: z.string(),
    main_branch: z.string(),
    metric: z.enum(METRICS),
    points: z.array(historyPointSchema).meta({ description: 'Newest first.' }),
    change_points: z
      .array(historyChangeSchema)
      .meta({ description: 'Among the points of this page, oldest first; a cell needs eight on one host.' }),
    next: z.string().nullable(),
  })
  .meta({ id: 'SeriesHistory' });

function pointView(row: HistoryRow): z.output<typeof historyPointSchema> {
  return {
    experiment_id: row.id,
    name: row.name,
    commit: row.labels['commit'] ?? null,
    created_at: row.created_at.toISOString(),
    ended_at: row.ended_at?.toISOString() ?? null,
    verdict: row.verdict ?? 'none',
    host_digest: row.host_digest,
    cells: row.cells.map(({ cell, validity, metric }) => ({ cell, validity, ...(metric ?? NOT_MEASURED) })),
  };
}

/** Points as they are shown, and the changes among them. Cells that may not be used are shown, and left out of the changes. */
export function historyView(
  rows: readonly HistoryRow[],
): Pick<z.output<typeof historySchema>, 'points' | 'change_points'> {
  const oldestFirst = rows.toReversed().map(({ id, host_digest, cells }) => ({
    experiment_id: id,
    host_digest,
    values: cells.map(({ cell, validity, metric }) => ({
      cell,
      value: validity === 'invalid' ? null : (metric?.value ?? null),
    })),
  }));
  return { points: rows.map(pointView), change_points: historyChanges(oldestFirst) };
}
