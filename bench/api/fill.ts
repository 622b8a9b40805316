import postgres from 'postgres';

/** One transaction each; small enough that two connections share the work evenly. */
const CHUNK = 50_000;
const CONNECTIONS = 2;
/** Trials are as large as all else together: of every so many experiments one trial is there. */
const TRIAL_OF_EVERY = 5;

/** The template's columns, copied; what differs between experiments is computed from their number `n`, the oldest first. */
const ENDED = `
with template as (select * from experiments where id = $1), job as (select * from jobs where experiment_id = $1),
numbers as (
  select n, lpad(to_hex(n), 12, '0') || substr(md5(n::text), 1, 20) as hex,
    now() - make_interval(secs => 30.0 * ($4 - n) + 3600) as created_at,
    case when n % 30 = 0 then 'failed' when n % 30 = 1 then 'canceled' else 'succeeded' end as status,
    case when n % 30 = 0 then 'deadline' when n % 30 = 1 then 'canceled' end as reason
  from generate_series($2::int, $3::int) as n
), made as (
  insert into experiments (id, project_id, name, labels, spec, original_text, original_media_type, schedule, cells_count,
    trials_planned, trials_done, status, reason, version, events_count, created_at, started_at, ended_at, verdict, host, targets)
  select 'exp_' || hex, t.project_id, t.name || ' ' || n,
    jsonb_build_object('branch', case when n % 2 = 0 then 'main' else 'feature-' || n % 5000 end, 'commit', md5(n::text),
      'team', 'team-' || n % 20) || case when n % 10000 = 0 then '{"nightly": "yes"}'::jsonb else '{}'::jsonb end,
    t.spec, t.original_text, t.original_media_type, t.schedule, t.cells_count, t.trials_planned, t.trials_planned,
    numbers.status, numbers.reason, 25, 4, numbers.created_at, numbers.created_at + interval '10 s',
    numbers.created_at + interval '400 s', 'none', t.host, t.targets
  from numbers, template t
), jobs_made as (
  insert into jobs (id, experiment_id, project_id, state, reason, needs, runner_labels, timeout_s, queue_timeout_s, attempt,
    created_at, queued_at, claimed_at, attempt_started_at, started_at, deadline_at, ended_at, runner_id, host_id, lease_id, claim_key)
  select 'job_' || hex, 'exp_' || hex, j.project_id, numbers.status, numbers.reason, j.needs, j.runner_labels, j.timeout_s, j.queue_timeout_s, 1,
    numbers.created_at, numbers.created_at, numbers.created_at, numbers.created_at + interval '10 s', numbers.created_at + interval '10 s',
    numbers.created_at + interval '1 hour', numbers.created_at + interval '400 s', j.runner_id, j.host_id, 'lea_' || hex, 'claim-' || hex
  from numbers, job j
), trials_made as (
  insert into trials (id, experiment_id, job_id, generation, attempt, cell, block, run, position, state, digest, body)
  select 'trl_' || hex, 'exp_' || hex, 'job_' || hex, 1, 1, 'fastapi.w1.c16', 1, 1, 1, 'ok',
    md5(n::text) || md5(n::text), repeat('{"n":' || n || '}', 60)
  from numbers where n % ${TRIAL_OF_EVERY} = 0
)
insert into events (experiment_id, seq, type, data, at)
select 'exp_' || hex, seq, case seq when 1 then 'queued' when 2 then 'claimed' when 3 then 'started' else status end,
  jsonb_build_object('attempt', 1, 'generation', 1), created_at + make_interval(secs => seq)
from numbers, generate_series(1, 4) as seq`;

/** Waiting ones, made now, one after the other. */
const QUEUED = `
with template as (select * from experiments where id = $1), job as (select * from jobs where experiment_id = $1),
numbers as (
  select n, replace(gen_random_uuid()::text, '-', '') as hex, clock_timestamp() as created_at from generate_series(1, $2::int) as n
), made as (
  insert into experiments (id, project_id, name, labels, spec, original_text, original_media_type, schedule, cells_count,
    trials_planned, events_count, created_at)
  select 'exp_' || hex, t.project_id, t.name || ' ' || n, t.labels, t.spec, t.original_text, t.original_media_type, t.schedule,
    t.cells_count, t.trials_planned, 1, numbers.created_at
  from numbers, template t
), jobs_made as (
  insert into jobs (id, experiment_id, project_id, needs, runner_labels, timeout_s, queue_timeout_s, created_at, queued_at)
  select 'job_' || hex, 'exp_' || hex, j.project_id, j.needs, j.runner_labels, j.timeout_s, j.queue_timeout_s,
    numbers.created_at, numbers.created_at
  from numbers, job j
)
insert into events (experiment_id, seq, type, data) select 'exp_' || hex, 1, 'queued', '{}'::jsonb from numbers`;

/** As a cancel would leave them. */
const END_CLAIMED = `
with ended as (
  update jobs set state = 'canceled', reason = 'canceled', ended_at = now(), lease_expires_at = null
  where state in ('claimed', 'running') and ($1::text[] is null or id = any($1)) returning experiment_id
)
update experiments set status = 'canceled', reason = 'canceled', ended_at = now(), verdict = 'none', progress = null
from ended where id = ended.experiment_id`;

export interface Filler extends AsyncDisposable {
  /** So many experiments that have ended, one every half a minute, copies of the experiment `template`. */
  fillEnded(template: string, count: number): Promise<void>;
  /** So many more that wait. No bell rings for them. */
  enqueue(template: string, count: number): Promise<void>;
  /** Ends the jobs of those ids, or all that a runner holds (null): their runners may claim again. */
  endClaimed(ids: readonly string[] | null): Promise<void>;
  /** For experiments of the bench: as many as it likes may wait. */
  liftQuota(): Promise<void>;
}

/** Writes what a million requests would have written, past the service. */
export function openFiller(url: string): Filler {
  const sql = postgres(url, { max: CONNECTIONS, onnotice: () => {} });
  const fillChunk = (template: string, from: number, to: number, count: number) =>
    sql.begin(async (tx) => {
      // Rows that are copies of good ones need no look at what they refer to, nor one by one on the disk.
      await tx`set local session_replication_role = replica`;
      await tx`set local synchronous_commit = off`;
      await tx.unsafe(ENDED, [template, from, to, count]);
    });
  return {
    async fillEnded(template, count) {
      const chunks = Array.from({ length: Math.ceil(count / CHUNK) }, (_, i) => i * CHUNK + 1);
      const work = async () => {
        for (let from = chunks.shift(); from !== undefined; from = chunks.shift()) {
          await fillChunk(template, from, Math.min(from + CHUNK - 1, count), count);
          process.stderr.write(`filled up to ${from + CHUNK - 1} of ${count}\n`);
        }
      };
      await Promise.all(Array.from({ length: CONNECTIONS }, work));
      // As autovacuum would have left them long ago.
      for (const name of ['experiments', 'jobs', 'events', 'trials']) await sql.unsafe(`vacuum analyze ${name}`);
      await sql`checkpoint`;
    },
    async enqueue(template, count) {
      await sql.unsafe(QUEUED, [template, count]);
    },
    async endClaimed(ids) {
      await sql.unsafe(END_CLAIMED, [ids === null ? null : [...ids]]);
    },
    async liftQuota() {
      await sql`update projects set max_queued = 1000000`;
    },
    [Symbol.asyncDispose]: () => sql.end(),
  };
}
