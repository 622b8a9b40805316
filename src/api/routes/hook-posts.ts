import { z } from '@hono/zod-openapi';
import { pageAnswer } from '../page-answer.ts';
import { AppError } from '../../core/errors.ts';
import { getHookPost, listHookPosts } from '../../db/hook-posts.ts';
import type { Deps } from '../deps.ts';
import { type App, endpoint } from '../endpoint.ts';
import { hookPostSchema, hookPostView, wholeHookPostSchema } from '../hook-post-view.ts';
import { hookIdParam } from '../hook-view.ts';
import { attemptView } from '../webhook-view.ts';
import { noHook } from './hooks.ts';

const DEFAULT_PAGE = 20;
/** A page of 100 posts is about 40 kB. */
const MAX_PAGE = 100;

const listQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(DEFAULT_PAGE),
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'the cursor of a `next` link, unchanged')
    .optional(),
});

/** What a hook has written to its code host, and has still to write: commit statuses and comments. */
export function hookPostRoutes(app: App, deps: Deps): void {
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/v1/hooks/{id}/posts',
      tag: 'hooks',
      summary:
        'Lists the commit statuses and comments of a hook, written and to be written, newest first; kept for 30 days.',
      scope: 'admin',
      params: hookIdParam,
      query: listQuery,
      answers: {
        200: {
          description: 'One page; `Link: rel="next"` and `next` lead to the one after it.',
          schema: z.object({ posts: z.array(hookPostSchema), next: z.string().nullable() }),
        },
      },
    },
    async ({ c, caller, params, query }) => {
      const { limit, cursor = null } = query;
      const before = cursor === null ? null : Number(cursor);
      const page = await listHookPosts(deps.db, caller.project_id, params.id, { limit, before });
      if (page === null) throw noHook(params.id);
      const posts = page.posts.map(hookPostView);
      return pageAnswer(c, `/v1/hooks/${params.id}/posts`, { posts }, page.next);
    },
  );
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/v1/hooks/{id}/posts/{post}',
      tag: 'hooks',
      summary: 'One commit status or comment, with what came of each attempt.',
      scope: 'admin',
      params: hookIdParam.extend({ post: z.string().meta({ description: 'dlv_…' }) }),
      answers: { 200: { description: 'The post.', schema: wholeHookPostSchema } },
    },
    async ({ c, caller, params }) => {
      const found = await getHookPost(deps.db, caller.project_id, params.id, params.post);
      if (found === null) throw new AppError('not-found', `no post ${params.post}`);
      return c.json({ ...hookPostView(found), log: found.log.map(attemptView) });
    },
  );
}
