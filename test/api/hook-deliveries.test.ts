import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { hookDeliveries, pullRequests } from '../../src/db/schema/hooks.ts';
import { commitOf } from '../fixtures/github-events.ts';
import { pullRequest } from './hook-pull-request.ts';
import { experimentsOf } from './hook-senders.ts';
import { type Api, jsonOf, problemOf, type Project, startApi } from './service.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});

describe('GET /v1/hooks/{id}/deliveries', () => {
  async function listed(project: Project, path: string) {
    return jsonOf<{ deliveries: { id: string; event: string }[]; next: string | null }>(
      await project.send('GET', path),
    );
  }

  it('shows what came and what it led to, newest first, page by page', async () => {
    const { project, hook, came } = await pullRequest(api);
    const sent: string[] = [];
    for (let n = 1; n <= 5; n += 1) sent.unshift((await came({ number: n, head_sha: commitOf(`${n}`) })).delivery_id);
    const path = `/v1/hooks/${hook.id}/deliveries`;
    const seen: string[] = [];
    let next: string | null = `${path}?limit=2`;
    while (next !== null) {
      const page = await listed(project, next);
      seen.push(...page.deliveries.map(({ id }) => id));
      next = page.next;
    }
    expect(seen).toEqual(sent);
    expect((await listed(project, path)).deliveries[0]).toMatchObject({
      event: 'pull_request.opened',
      outcome: 'started',
      pull_request: 5,
      head_sha: commitOf('5'),
      experiment_id: expect.stringMatching(/^exp_/),
      received_at: expect.any(String),
    });
    const wrong = await project.send('GET', `${path}?cursor=x`);
    expect((await problemOf(wrong)).code).toBe('invalid-request');
  });

  it('is gone with its hook, as is what was known of its pull requests', async () => {
    const { project, hook, came } = await pullRequest(api);
    await came({});
    await project.send('DELETE', `/v1/hooks/${hook.id}`);
    expect((await project.send('GET', `/v1/hooks/${hook.id}/deliveries`)).status).toBe(404);
    expect(await api.db.select().from(hookDeliveries).where(eq(hookDeliveries.hook_id, hook.id))).toEqual([]);
    expect(await api.db.select().from(pullRequests).where(eq(pullRequests.hook_id, hook.id))).toEqual([]);
    expect(await experimentsOf(project)).toHaveLength(1);
  });
});
