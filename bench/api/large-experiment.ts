import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { uuidv7 } from 'uuidv7';
import { serveNode, type ServeOptions } from '../../src/api/node.ts';
import { makeId } from '../../src/core/id.ts';
import { expandMatrix } from '../../src/core/matrix.ts';
import { neededKeys, offerKeys } from '../../src/core/offer.ts';
import { makeSchedule } from '../../src/core/schedule.ts';
import { TRIAL_SUMMARY_VERSION, trialSummary } from '../../src/core/summary/trial-summary.ts';
import type { Db } from '../../src/db/client.ts';
import { openPglite } from '../../src/db/client-pglite.ts';
import { openPostgres } from '../../src/db/client-postgres.ts';
import { createExperiment } from '../../src/db/experiments.ts';
import { claimJob } from '../../src/db/job-claim.ts';
import { finishJob } from '../../src/db/job-finish.ts';
import { startJob } from '../../src/db/job-run.ts';
import { putTrial } from '../../src/db/job-trial.ts';
import { openSession } from '../../src/db/sessions.ts';
import { LARGEST, largeSpec, trialMaker } from '../../test/fixtures/large-experiment.ts';
import { OFFERS } from '../../test/fixtures/offers.ts';
import { HOST_FINGERPRINT } from '../../test/fixtures/trial-result.ts';
import { holdMeasureLock } from '../../test/measure-lock.ts';

/**
 * `node bench/api/large-experiment.ts`: what the documents of the largest experiment there can be (5,000 trials) cost the service
 * that makes and sends them, on the Postgres at DATABASE_URL (a new database) or else on the embedded one. Clients are processes of
 * their own (curl), so that the event loop that is looked at is the service's alone.
 */
const ROUNDS = 5;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

async function fill(db: Db, project_id: string): Promise<string> {
  const spec = largeSpec(LARGEST);
  const cells = expandMatrix(spec);
  const schedule = makeSchedule(cells, spec.repetitions, spec.seed);
  const ids = { experiment: makeId('experiment', uuidv7), job: makeId('job', uuidv7), lease: makeId('lease', uuidv7) };
  await createExperiment(db, {
    experiment: {
      id: ids.experiment,
      project_id,
      name: spec.name,
      labels: {},
      spec,
      original: { text: JSON.stringify(spec), media_type: 'application/json' },
      schedule,
      cells_count: cells.length,
      trials_planned: cells.length * spec.repetitions,
    },
    job: {
      id: ids.job,
      needs: neededKeys(spec.deployments),
      runner_labels: {},
      timeout_s: 86_400,
      queue_timeout_s: 86_400,
    },
    queued: {},
  });
  const session = await openSession(db, {
    project_id,
    host_id: uuidv7(),
    fingerprint: HOST_FINGERPRINT,
    fingerprint_digest: sha256('host'),
    version: '0.1.0',
    labels: {},
    targets: OFFERS,
    offer_keys: offerKeys(OFFERS),
    ids: {
      runner_id: makeId('runner', uuidv7),
      session_id: makeId('session', uuidv7),
      lease_id: makeId('lease', uuidv7),
    },
  });
  await claimJob(db, { project_id, session_id: session.session_id, claim_key: uuidv7(), lease_id: ids.lease });
  const lease = { job_id: ids.job, lease_id: ids.lease };
  await startJob(db, lease);
  const trialOf = trialMaker(spec);
  const bySlug = new Map(cells.map((cell) => [cell.cell, cell]));
  for (const { block, cells: order } of schedule) {
    for (const cell of order) {
      const result = trialOf(bySlug.get(cell)!, block);
      const body = JSON.stringify(result);
      const answer = await putTrial(db, {
        ...lease,
        cell,
        block,
        run: 1,
        state: 'ok',
        body,
        trial_id: makeId('trial', uuidv7),
        digest: sha256(body),
        summary: JSON.stringify(trialSummary(result)),
        summary_version: TRIAL_SUMMARY_VERSION,
      });
      if (answer.kind !== 'stored') throw new Error(`trial ${cell} ${block}: ${answer.kind}`);
    }
    process.stderr.write(`stored block ${block} of ${schedule.length}\n`);
  }
  await finishJob(db, { ...lease, outcome: 'succeeded', reason: null });
  return ids.experiment;
}

interface Seen {
  readonly status: number;
  readonly bytes: number;
  readonly ms: number;
  /** The longest time for which the service's event loop stood still. */
  readonly stall_ms: number;
  /** Most that the service's resident memory grew by. */
  readonly grown_mib: number;
}

async function get(url: string, key: string, extra: readonly string[] = []): Promise<Seen> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const before = process.memoryUsage.rss();
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 20);
  delay.enable();
  const format = '%{http_code} %{size_download} %{time_total}';
  const argv = ['-sS', '-o', '/dev/null', '-w', format, '-H', `Authorization: Bearer ${key}`, ...extra, url];
  const curl = spawn('curl', argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  curl.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(curl, 'close');
  delay.disable();
  clearInterval(watch);
  const [status = 0, bytes = 0, seconds = 0] = said.split(' ').map(Number);
  return {
    status,
    bytes,
    ms: seconds * 1000,
    stall_ms: delay.max / 1e6,
    grown_mib: (most - before) / 1024 / 1024,
  };
}

function row(what: string, seen: readonly Seen[]): string {
  const last = seen.at(-1)!;
  const worst = Math.max(...seen.map((s) => s.stall_ms));
  const grown = Math.max(...seen.map((s) => s.grown_mib));
  const size = `${(last.bytes / 1e6).toFixed(2)} MB`;
  const statuses = [...new Set(seen.map((s) => s.status))].join(', ');
  return `| ${what} | ${statuses} | ${size} | ${median(seen.map((s) => s.ms)).toFixed(0)} | ${worst.toFixed(0)} | ${grown.toFixed(0)} |`;
}

async function rounds(count: number, work: () => Promise<Seen>): Promise<Seen[]> {
  const seen: Seen[] = [];
  for (let i = 0; i < count; i += 1) seen.push(await work());
  return seen;
}

interface Answers {
  readonly url: string;
  readonly key: string;
}

/** The project of the first key of a new database, as the service tells it. */
async function projectOf({ url, key }: Answers): Promise<string> {
  const answer = await fetch(`${url}/v1/me`, { headers: { Authorization: `Bearer ${key}` } });
  return ((await answer.json()) as { project_id: string }).project_id;
}

async function main(): Promise<void> {
  await using _ = await holdMeasureLock();
  await using opened = new AsyncDisposableStack();
  const databaseUrl = process.env['DATABASE_URL'];
  const dataDir = await mkdtemp(join(tmpdir(), 'benchwright-large-'));
  opened.defer(() => rm(dataDir, { recursive: true }));
  const options: ServeOptions = {
    port: 0,
    host: '127.0.0.1',
    dataDir,
    databaseUrl,
    secretKey: Buffer.alloc(32, 7).toString('base64'),
    version: '0.1.0',
    log: { info: () => {}, warn: console.error, error: console.error },
  };
  const first = await serveNode(options);
  const key = first.firstKey;
  if (key === null) throw new Error('the database must be a new one');
  const project_id = await projectOf({ url: first.url, key });
  await first.close();
  const database = databaseUrl === undefined ? await openPglite({ dataDir }) : await openPostgres({ url: databaseUrl });
  const id = await fill(database.db, project_id);
  await database.close();
  const service = await serveNode(options);
  opened.defer(() => service.close());
  const load_before = loadavg()[0] ?? Number.NaN;
  const ask = (path: string, ...extra: string[]) => get(`${service.url}/v1/experiments/${id}${path}`, key, extra);
  // What loads code and opens connections is not what is asked about.
  await get(`${service.url}/v1/me`, key);
  const lines = [
    row('results are made, stored and sent (once)', [await ask('/results')]),
    row('JSON cells', await rounds(ROUNDS, () => ask('/results'))),
    row('page is made, stored and sent (once)', [await ask('/report', '-H', 'Accept-Encoding: gzip')]),
    row('page, gzip', await rounds(ROUNDS, () => ask('/report', '-H', 'Accept-Encoding: gzip'))),
    row('page, unpacked', await rounds(ROUNDS, () => ask('/report'))),
    row('CSV cells', await rounds(ROUNDS, () => ask('/results.csv'))),
    row('CSV trials', await rounds(ROUNDS, () => ask('/results.csv?view=trials'))),
    row('CSV requests', await rounds(ROUNDS, () => ask('/results.csv?view=requests'))),
    row('CSV seconds', await rounds(ROUNDS, () => ask('/results.csv?view=seconds'))),
    row('comparisons', await rounds(ROUNDS, () => ask('/comparisons'))),
  ];
  const host = `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${cpus().length} cores, Linux ${release()}, Node ${process.version}`;
  process.stdout.write(
    [
      '| what | status | size | median ms | longest stall of the event loop, ms | memory grown by, MiB |',
      '|---|---|---|---|---|---|',
      ...lines,
      '',
      `5,000 trials of 500 cells on ${databaseUrl === undefined ? 'PGlite' : 'Postgres'}; load before: ${load_before.toFixed(2)}`,
      `${host}; ${new Date().toISOString()}`,
      '',
    ].join('\n'),
  );
}

await main();
