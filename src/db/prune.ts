import { and, eq, inArray, isNotNull, lt, notExists, sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import { MAX_PRUNED_DELIVERIES, pruneDeliveries, prunePreviousSecrets } from './prune-deliveries.ts';
import {
  MAX_PRUNED_HOOK_ROWS,
  pruneHookDeliveries,
  prunePreviousHookSecrets,
  prunePullRequests,
} from './prune-hooks.ts';
import { idempotency } from './schema/idempotency.ts';
import { experiments } from './schema/experiments.ts';
import { jobs } from './schema/jobs.ts';
import { keys, projects } from './schema/projects.ts';
import { runners } from './schema/runners.ts';
import { series } from './schema/series.ts';
import { isLive } from './schema/states.ts';

/** How long the answer to a request with an `Idempotency-Key` is kept. */
const KEEP_ANSWERS_HOURS = 24;
/** Rows of a few kB. */
const MAX_ANSWERS = 1_000;
/** Days for which a key is still listed that was revoked or has expired: who looks for the reason of a refusal finds it. */
const KEEP_KEYS_DAYS = 30;
/** Rows of less than a kB. */
const MAX_KEYS = 1_000;
/** Days without a sign of life after which a runner that holds nothing is forgotten; what it offered counts no longer either. */
const KEEP_RUNNERS_DAYS = 30;
/** Each is looked for among all jobs, which forget it. */
const MAX_RUNNERS = 10;
/** Each may have 5,000 trials, and takes them along: a transaction of more would hold its locks for seconds. */
const MAX_EXPERIMENTS = 10;

export interface Pruned {
  readonly answers: number;
  readonly experiments: number;
  readonly runners: number;
  readonly keys: number;
  readonly deliveries: number;
  /** Events that came in, and pull requests that were closed. */
  readonly hook_rows: number;
  /** A batch was full: there may be more that is due. */
  readonly more: boolean;
}

/** Removes what is older than it is kept: idempotent answers, ended experiments of projects with `retention_days` (but for pinned baselines), silent runners, keys that are no longer valid, deliveries, events that came in, secrets that were rotated out. In batches; call it again while there is more. */
export async function prune(db: Db): Promise<Pruned> {
  const answers = await pruneAnswers(db);
  const ended = await pruneExperiments(db);
  const silent = await pruneRunners(db);
  const invalid = await pruneKeys(db);
  const sent = await pruneDeliveries(db);
  await prunePreviousSecrets(db);
  const received = await pruneHookDeliveries(db);
  const pulls = await prunePullRequests(db);
  await prunePreviousHookSecrets(db);
  const more =
    answers === MAX_ANSWERS ||
    ended === MAX_EXPERIMENTS ||
    silent === MAX_RUNNERS ||
    invalid === MAX_KEYS ||
    sent === MAX_PRUNED_DELIVERIES ||
    Math.max(received, pulls) >= MAX_PRUNED_HOOK_ROWS;
  return {
    answers,
    experiments: ended,
    runners: silent,
    keys: invalid,
    deliveries: sent,
    hook_rows: received + pulls,
    more,
  };
}

async function pruneKeys(db: Db): Promise<number> {
  const due = db
    .select({ id: keys.id })
    .from(keys)
    .where(sql`least(${keys.revoked_at}, ${keys.expires_at}) < now() - make_interval(days => ${KEEP_KEYS_DAYS})`)
    .limit(MAX_KEYS)
    .for('update', { skipLocked: true });
  const gone = await db
    .delete(keys)
    .where(sql`${keys.id} in ${due}`)
    .returning({ id: keys.id });
  return gone.length;
}

async function pruneRunners(db: Db): Promise<number> {
  const held = db
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(eq(jobs.runner_id, runners.id), isLive(jobs.state)));
  const due = db
    .select({ id: runners.id })
    .from(runners)
    .where(and(sql`${runners.last_seen_at} < now() - make_interval(days => ${KEEP_RUNNERS_DAYS})`, notExists(held)))
    .limit(MAX_RUNNERS)
    .for('update', { skipLocked: true });
  const gone = await db
    .delete(runners)
    .where(sql`${runners.id} in ${due}`)
    .returning({ id: runners.id });
  return gone.length;
}

async function pruneAnswers(db: Db): Promise<number> {
  const { project_id, operation, key, created_at } = idempotency;
  const due = db
    .select({ project_id, operation, key })
    .from(idempotency)
    .where(sql`${created_at} < now() - make_interval(hours => ${KEEP_ANSWERS_HOURS})`)
    .orderBy(created_at)
    .limit(MAX_ANSWERS)
    // Two services that prune at once share the work instead of waiting for each other.
    .for('update', { skipLocked: true });
  const gone = await db
    .delete(idempotency)
    .where(sql`(${project_id}, ${operation}, ${key}) in ${due}`)
    .returning({ key });
  return gone.length;
}

async function pruneExperiments(db: Db): Promise<number> {
  return db.transaction(async (tx) => {
    const baselines = tx
      .select({ name: series.name })
      .from(series)
      .where(eq(series.baseline_experiment_id, experiments.id));
    // The job first, as everywhere; the experiment takes its job, trials and events along.
    const due = await tx
      .select({ id: jobs.experiment_id })
      .from(jobs)
      .innerJoin(experiments, eq(experiments.id, jobs.experiment_id))
      .innerJoin(projects, eq(projects.id, experiments.project_id))
      .where(
        and(
          isNotNull(projects.retention_days),
          isNotNull(experiments.ended_at),
          lt(experiments.ended_at, sql`now() - make_interval(days => ${projects.retention_days})`),
          notExists(baselines),
        ),
      )
      .limit(MAX_EXPERIMENTS)
      .for('update', { of: jobs, skipLocked: true });
    const ids = due.map(({ id }) => id);
    if (ids.length === 0) return 0;
    // Looked at again under the lock, which whoever pins one takes too.
    const gone = await tx
      .delete(experiments)
      .where(and(inArray(experiments.id, ids), notExists(baselines)))
      .returning({ id: experiments.id });
    return gone.length;
  });
}
