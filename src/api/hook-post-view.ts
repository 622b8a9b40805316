import { z } from '@hono/zod-openapi';
import { type HookPostRow, POST_KINDS } from '../db/hook-posts.ts';
import { attemptSchema, deliverySchema, deliveryView } from './webhook-view.ts';

export const hookPostSchema = deliverySchema
  .extend({
    id: z.string().meta({ description: 'dlv_…' }),
    kind: z.enum(POST_KINDS),
    subject: z.string().meta({ description: 'Of a commit status `owner/name@sha`, of a comment `owner/name#number`.' }),
  })
  .meta({ id: 'HookPost' });

export const wholeHookPostSchema = hookPostSchema
  .extend({ log: z.array(attemptSchema) })
  .meta({ id: 'HookPostWithAttempts' });

export function hookPostView(row: HookPostRow): z.output<typeof hookPostSchema> {
  return { ...deliveryView(row), kind: row.kind, subject: row.subject };
}
