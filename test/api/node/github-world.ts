import { eq, sql } from 'drizzle-orm';
import type { ThresholdResult } from '../../../src/core/gate/verdict.ts';
import { finishJob } from '../../../src/db/job-finish.ts';
import { experiments } from '../../../src/db/schema/experiments.ts';
import { giveOrigin, giveVerdict, makeHook, makePullRequest, originOf, outboxOf, REPO } from '../../db/outbox-world.ts';
import { putAll, sha256, startedJob } from '../../db/world.ts';
import { makeThreshold } from '../../fixtures/thresholds.ts';
import { type OutboxService, TOKEN } from './outbox-service.ts';

/** Pull requests whose hooks write to a GitHub of the test, as the tests of commit statuses and comments need them. */

type HookSettings = Parameters<typeof makeHook>[2];

/** A running experiment of a pull request, whose hook can write to the fake. */
export async function ofPullRequest(
  outbox: OutboxService,
  api_url: string,
  hook: HookSettings = {},
  token: string | null = TOKEN,
) {
  const { db } = outbox;
  const { project_id, experiment, lease } = await startedJob(db, { name: 'Pull <request>' });
  const { id: hook_id } = await makeHook(db, project_id, { api_url, ...hook });
  if (token !== null) await outbox.giveToken(hook_id, token);
  await makePullRequest(db, hook_id);
  await giveOrigin(db, experiment.id, originOf(hook_id));
  await putAll(db, lease, experiment);
  const of = { ...experiment, project_id };
  const ref = { hook_id, repo: REPO, number: 7 };
  const told = async () => outboxOf(db, project_id);
  return { db, project_id, experiment, lease, of, ref, told };
}

/** Ends it, with those thresholds in its results, and judges it. */
export async function judged(
  pull: Awaited<ReturnType<typeof ofPullRequest>>,
  verdict: 'passed' | 'failed' | 'inconclusive',
  thresholds: readonly ThresholdResult[] = [makeThreshold({ verdict })],
): Promise<void> {
  const { db, experiment, lease, of } = pull;
  await db.execute(
    sql`UPDATE experiments SET spec = jsonb_set(spec::jsonb, '{thresholds}', '[{"id":"T1"}]')::json WHERE id = ${experiment.id}`,
  );
  await finishJob(db, { ...lease, outcome: 'succeeded', reason: null });
  const text = JSON.stringify({ thresholds });
  await db
    .update(experiments)
    .set({ results: sql`${text}::text::json`, results_digest: sha256(text), results_version: 1 })
    .where(eq(experiments.id, experiment.id));
  await giveVerdict(db, of, verdict);
}
