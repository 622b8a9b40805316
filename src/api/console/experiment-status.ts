import type { z } from '@hono/zod-openapi';
import { hasEnded } from '../../core/job.ts';
import { type Content, markup } from '../../report/markup.ts';
import type { experimentSummarySchema } from '../experiment-view.ts';
import { pill } from './listing.ts';

export type ExperimentSummary = z.output<typeof experimentSummarySchema>;

/** The state, and why it is that, where one would ask. */
export function statusOf({ status, reason, cancel_requested_at }: ExperimentSummary): Content {
  const why = reason !== null && reason !== status ? reason.replaceAll('-', ' ') : null;
  const isStopping = cancel_requested_at !== null && !hasEnded(status);
  return markup`${pill(status)}${(why !== null || isStopping) && markup` <small>${isStopping ? 'asked to stop' : why}</small>`}`;
}
