import { eq, sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { requestCancel } from '../../src/db/experiments-cancel.ts';
import { submitExperiment } from '../../src/db/experiments-submit.ts';
import { expire } from '../../src/db/expiry.ts';
import { finishJob } from '../../src/db/job-finish.ts';
import { releaseJob, startJob } from '../../src/db/job-run.ts';
import { noteOutbound } from '../../src/db/outbox.ts';
import { noteCommitStatus } from '../../src/db/outbox-hooks.ts';
import { deliveries } from '../../src/db/schema/webhooks.ts';
import { changeWebhook } from '../../src/db/webhooks.ts';
import { useDatabase } from './database.ts';
import {
  giveOrigin,
  giveVerdict,
  HEAD,
  makeHook,
  makePullRequest,
  makeWebhook,
  originOf,
  outboxOf,
  REPO,
} from './outbox-world.ts';
import { claimed, newProject, openRunner, pass, putAll, queueExperiment, startedJob } from './world.ts';

const database = useDatabase();

const eventsOf = async (project_id: string, kind = 'webhook') =>
  (await outboxOf(database.db, project_id)).filter((row) => row.kind === kind).map(({ event }) => event);

describe('What is told of an experiment', () => {
  test('is noted at its queue, its start and its end, for each webhook that wants it, with what is known of it then', async () => {
    const { db } = database;
    const project_id = await newProject(db);
    const [all, ends] = [
      await makeWebhook(db, project_id),
      await makeWebhook(db, project_id, { events: ['experiment.succeeded', 'experiment.failed'] }),
    ];
    const experiment = await queueExperiment(db, project_id);
    const { job_id, lease_id } = await claimed(db, await openRunner(db, project_id));
    const lease = { job_id, lease_id };
    await startJob(db, lease);
    await putAll(db, lease, experiment);
    await finishJob(db, { ...lease, outcome: 'succeeded', reason: null });
    const rows = await outboxOf(db, project_id);
    expect(rows.map(({ webhook_id, event }) => [webhook_id, event])).toEqual([
      [all.id, 'experiment.queued'],
      [all.id, 'experiment.started'],
      [all.id, 'experiment.succeeded'],
      [ends.id, 'experiment.succeeded'],
    ]);
    expect(rows[0]).toMatchObject({ experiment_id: experiment.id, kind: 'webhook', state: 'pending', attempts: 0 });
    expect(rows.map(({ payload }) => payload['data'])).toMatchObject([
      { experiment_id: experiment.id, name: 'Small', status: 'queued', reason: null, verdict: null, head_sha: null },
      { status: 'running' },
      { status: 'succeeded' },
      { status: 'succeeded' },
    ]);
    for (const { payload, id } of rows) {
      expect(Object.keys(payload)).toEqual(['type', 'timestamp', 'data']);
      expect(payload['timestamp']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(id).toMatch(/^dlv_[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
    }
  });

  test('is noted once when another attempt starts it again', async () => {
    const { db } = database;
    const { project_id, lease } = await startedJob(db);
    await makeWebhook(db, project_id);
    await releaseJob(db, lease);
    await startJob(db, await claimed(db, await openRunner(db, project_id)));
    expect(await eventsOf(project_id)).toEqual([]);
  });

  test('is noted wherever it ends: canceled, failed, past its deadline, without a runner', async () => {
    const { db } = database;
    const project_id = await newProject(db);
    await makeWebhook(db, project_id, { events: ['experiment.failed', 'experiment.canceled'] });
    await requestCancel(db, project_id, (await queueExperiment(db, project_id)).id);
    await queueExperiment(db, project_id, { queue_timeout_s: 5 });
    await pass(db, 6);
    await expire(db);
    const rows = await outboxOf(db, project_id);
    expect(rows.map(({ payload }) => payload['data'])).toMatchObject([
      { status: 'canceled', reason: 'canceled' },
      { status: 'failed', reason: 'no-runner' },
    ]);
  });

  test('is not noted when its transaction is undone', async () => {
    const { db } = database;
    const project_id = await newProject(db);
    await makeWebhook(db, project_id);
    const experiment = await queueExperiment(db, project_id);
    const undone = db.transaction(async (tx) => {
      await noteOutbound(tx, { project_id, type: 'experiment.failed', experiment_id: experiment.id, data: {} });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await eventsOf(project_id)).toEqual(['experiment.queued']);
  });

  test('is noted to nobody of another project, nor to a webhook that is disabled', async () => {
    const { db } = database;
    const [mine, other] = [await newProject(db), await newProject(db)];
    await makeWebhook(db, other);
    const off = await makeWebhook(db, mine);
    await changeWebhook(db, mine, off.id, { disabled: true });
    await queueExperiment(db, mine);
    expect(await eventsOf(mine)).toEqual([]);
    expect(await eventsOf(other)).toEqual([]);
  });

  test('costs a project without webhooks and hooks one statement, and no row', async () => {
    const { db } = database;
    const project_id = await newProject(db);
    const { id: experiment_id } = await queueExperiment(db, project_id);
    const asked: unknown[] = [];
    await db.transaction(async (tx) => {
      const counting = new Proxy(tx, {
        get(target, name) {
          asked.push(name);
          const value = Reflect.get(target, name) as unknown;
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
      await noteOutbound(counting, { project_id, type: 'experiment.started', experiment_id, data: {} });
    });
    expect(asked).toEqual(['select']);
    expect(await outboxOf(db, project_id)).toEqual([]);
  });

  test('stands in the order in which it was noted, also within one millisecond, each under an id of its own', async () => {
    const { db } = database;
    const project_id = await newProject(db);
    await makeWebhook(db, project_id);
    await db.transaction(async (tx) => {
      for (let n = 0; n < 50; n += 1)
        await noteOutbound(tx, { project_id, type: 'runner.online', experiment_id: null, data: { n } });
    });
    const rows = await outboxOf(db, project_id);
    expect(rows.map(({ payload }) => (payload['data'] as { n: number }).n)).toEqual(rows.map((_, n) => n));
    expect(new Set(rows.map(({ id }) => id)).size).toBe(50);
  });

  test('goes with the experiment that is deleted', async () => {
    const { db } = database;
    const project_id = await newProject(db);
    await makeWebhook(db, project_id);
    const experiment = await queueExperiment(db, project_id);
    await db.execute(sql`DELETE FROM experiments WHERE id = ${experiment.id}`);
    expect(await outboxOf(db, project_id)).toEqual([]);
  });
});

/** A pull request's experiment that runs, with a hook of those settings. */
async function ofPullRequest(hook: Parameters<typeof makeHook>[2] = {}, comment_id: string | null = null) {
  const { db } = database;
  const { project_id, experiment, lease } = await startedJob(db);
  const { id: hook_id } = await makeHook(db, project_id, hook);
  await makePullRequest(db, hook_id, { comment_id });
  await giveOrigin(db, experiment.id, originOf(hook_id));
  await putAll(db, lease, experiment);
  return { project_id, experiment, lease, hook_id };
}

const toldOf = async (project_id: string) =>
  (await outboxOf(database.db, project_id)).map(({ kind, event }) => `${kind} ${event}`);

describe('What a code host is told of an experiment', () => {
  test('is its status at every step, and a comment when there is something to say', async () => {
    const { db } = database;
    const { project_id, experiment, lease, hook_id } = await ofPullRequest();
    await finishJob(db, { ...lease, outcome: 'succeeded', reason: null });
    await giveVerdict(db, { ...experiment, project_id }, 'failed');
    const rows = await outboxOf(db, project_id);
    expect(rows.map(({ kind, event }) => `${kind} ${event}`)).toEqual([
      'commit-status experiment.succeeded',
      'comment experiment.succeeded',
      'commit-status experiment.verdict.failed',
      'comment experiment.verdict.failed',
    ]);
    expect(rows.map(({ subject }) => subject)).toEqual([
      `${REPO}@${HEAD}`,
      `${REPO}#7`,
      `${REPO}@${HEAD}`,
      `${REPO}#7`,
    ]);
    expect(rows.every((row) => row.hook_id === hook_id && row.experiment_id === experiment.id)).toBe(true);
  });

  test('is nothing at the end of a run whose verdict is still to come', async () => {
    const { db } = database;
    const { project_id, experiment, lease } = await ofPullRequest();
    await db.execute(
      sql`UPDATE experiments SET spec = jsonb_set(spec::jsonb, '{thresholds}', '[{"id":"T1"}]')::json WHERE id = ${experiment.id}`,
    );
    await finishJob(db, { ...lease, outcome: 'succeeded', reason: null });
    expect(await toldOf(project_id)).toEqual([]);
    await giveVerdict(db, { ...experiment, project_id }, 'inconclusive');
    expect(await toldOf(project_id)).toEqual([
      'commit-status experiment.verdict.inconclusive',
      'comment experiment.verdict.inconclusive',
    ]);
  });

  test('is an error when the run failed, whatever is judged of it afterwards', async () => {
    const { db } = database;
    const { project_id, experiment, lease } = await ofPullRequest();
    await finishJob(db, { ...lease, outcome: 'failed', reason: 'fail-fast' });
    await giveVerdict(db, { ...experiment, project_id }, 'inconclusive');
    expect(await toldOf(project_id)).toEqual(['commit-status experiment.failed', 'comment experiment.failed']);
  });

  test.each([
    ['never', 'failed', null, 0],
    ['failure', 'failed', null, 1],
    ['failure', 'passed', null, 0],
    ['failure', 'inconclusive', null, 0],
    ['failure', 'passed', '99', 1],
    ['always', 'passed', null, 1],
  ] as const)(
    'is with `comment: %s` of a gate that %s, known comment %s: %i comments',
    async (comment, verdict, known, count) => {
      const { db } = database;
      const { project_id, experiment, lease } = await ofPullRequest({ comment }, known);
      await finishJob(db, { ...lease, outcome: 'succeeded', reason: null });
      await db.delete(deliveries).where(eq(deliveries.project_id, project_id));
      await giveVerdict(db, { ...experiment, project_id }, verdict);
      expect((await toldOf(project_id)).filter((told) => told.startsWith('comment'))).toHaveLength(count);
    },
  );

  test('is no comment for a push, which has no pull request, and none for what was canceled', async () => {
    const { db } = database;
    const { project_id, experiment, lease, hook_id } = await ofPullRequest();
    await giveOrigin(db, experiment.id, originOf(hook_id, { event: 'push', pull_request: null }));
    await finishJob(db, { ...lease, outcome: 'canceled', reason: null });
    expect(await toldOf(project_id)).toEqual(['commit-status experiment.canceled']);
  });

  test.each([
    ['without a token', { has_token: false }],
    ['without an address', { api_url: null }],
    ['of another code host', { provider: 'gitlab' as const }],
    ['that is disabled', { disabled_at: new Date() }],
  ])('is nothing by a hook %s', async (_, hook) => {
    const { db } = database;
    const { project_id, lease } = await ofPullRequest(hook);
    await finishJob(db, { ...lease, outcome: 'failed', reason: 'fail-fast' });
    expect(await toldOf(project_id)).toEqual([]);
  });

  test('is nothing by the hook of another project', async () => {
    const { db } = database;
    const { project_id, experiment, lease } = await ofPullRequest();
    const other = await makeHook(db, await newProject(db));
    await giveOrigin(db, experiment.id, originOf(other.id));
    await finishJob(db, { ...lease, outcome: 'failed', reason: 'fail-fast' });
    expect(await toldOf(project_id)).toEqual([]);
  });

  test('may be said by the hook alone, before it starts anything', async () => {
    const { db } = database;
    const project_id = await newProject(db);
    const [hook, mute] = [
      await makeHook(db, project_id),
      await makeHook(db, project_id, { name: 'b', has_token: false }),
    ];
    const note = { repo: REPO, head_sha: HEAD, state: 'pending', says: 'waits for approval' } as const;
    await db.transaction(async (tx) => {
      await noteCommitStatus(tx, { ...note, hook_id: hook.id });
      await noteCommitStatus(tx, { ...note, hook_id: mute.id });
    });
    expect(await outboxOf(db, project_id)).toMatchObject([
      { kind: 'commit-status', hook_id: hook.id, subject: `${REPO}@${HEAD}`, payload: { data: { says: note.says } } },
    ]);
  });
});

test('A submission through the front door is told of too', async () => {
  const { db } = database;
  const project_id = await newProject(db);
  await makeWebhook(db, project_id);
  const { name, labels, spec, schedule, cells_count, trials_planned } = await queueExperiment(db, await newProject(db));
  const original = { text: '{}', media_type: 'application/json' };
  const experiment = {
    id: `exp_${'a'.repeat(32)}`,
    project_id,
    name,
    labels,
    spec,
    original,
    schedule,
    cells_count,
    trials_planned,
  };
  const job = { id: `job_${'a'.repeat(32)}`, needs: ['a/b'], runner_labels: {}, timeout_s: 60, queue_timeout_s: 60 };
  await submitExperiment(db, { experiment, job, queued: {} }, null);
  expect(await eventsOf(project_id)).toEqual(['experiment.queued']);
});
