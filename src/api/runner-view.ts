import { z } from '@hono/zod-openapi';
import { hostFingerprintSchema } from '../core/host.ts';
import type { RunnerRow } from '../db/runners.ts';

/** A runner that said nothing for longer is shown as offline: it polls at least every 25 s and beats every 15 s. */
export const ONLINE_S = 60;

export const runnerSchema = z
  .object({
    id: z.string(),
    shared: z.boolean(),
    online: z.boolean(),
    busy: z.boolean(),
    draining: z.boolean().meta({ description: 'It finishes what it holds and gets nothing new.' }),
    experiment_id: z.string().nullable(),
    version: z.string(),
    labels: z.record(z.string(), z.string()),
    host: hostFingerprintSchema,
    host_digest: z.string(),
    targets: z.array(z.string()),
    created_at: z.string(),
    last_seen_at: z.string(),
  })
  .meta({ id: 'Runner' });

export function runnerView(row: RunnerRow, now: Date): z.output<typeof runnerSchema> {
  return {
    id: row.id,
    shared: row.project_id === null,
    online: now.getTime() - row.last_seen_at.getTime() < ONLINE_S * 1000,
    busy: row.busy,
    draining: row.draining,
    experiment_id: row.experiment_id,
    version: row.version,
    labels: row.labels,
    host: row.fingerprint,
    host_digest: row.fingerprint_digest,
    targets: row.targets,
    created_at: row.created_at.toISOString(),
    last_seen_at: row.last_seen_at.toISOString(),
  };
}
