import { setTimeout as after } from 'node:timers/promises';
import { type Goal } from './goals.ts';
import { type Answer, connectTo, expected, type Http } from './http.ts';
import type { Server } from './postgres.ts';
import type { Service } from './service.ts';
import type { Situation } from './situation.ts';

const POLLS = 1_000;
const WAIT_S = 25;
/** From the last request's start until a look begins: then all polls wait, and the server has counted what came before. */
const SETTLE_MS = 8_000;
/** Long enough for a share of a second more or less at its ends, within the wait. */
const LOOK_MS = 12_000;
const RSS_SAMPLE_MS = 250;
/** Autovacuum works through a table of a million rows in seconds. */
const QUIET_WITHIN_MS = 120_000;
const MAX_RSS_MB = 300;
/** One query each 500 ms. What the service asks by itself each second (leases, runners, verdicts, outbox) is measured without polls. */
const QUERIES_PER_S = 2;
/** A statement more or less in the window. */
const MARGIN_PER_S = 0.2;

interface Watched {
  readonly path: string;
  readonly key: string;
  readonly etag: string;
}

async function watched(http: Http, { keys }: Situation): Promise<Watched[]> {
  const paths: string[] = [];
  let next: string | null = '/v1/experiments?status=queued&limit=100';
  while (next !== null && paths.length < POLLS) {
    const answer: Answer = await http.send('GET', next, { key: keys[0] as string });
    const page = expected<{ experiments: { links: { self: string } }[]; next: string | null }>(answer, 200);
    paths.push(...page.experiments.map(({ links }) => links.self));
    next = page.next;
  }
  if (paths.length < POLLS) throw new Error(`only ${paths.length} experiments wait: too few to watch ${POLLS}`);
  return Promise.all(
    paths.slice(0, POLLS).map(async (path, i) => {
      const key = keys[i % keys.length] as string;
      const answer = await http.send('GET', path, { key });
      expected(answer, 200);
      return { path, key, etag: String(answer.headers['etag']) };
    }),
  );
}

async function commits(server: Server): Promise<number> {
  const [row] = await server.admin<{ commits: string }[]>`
    select xact_commit as commits from pg_stat_database where datname = 'bench'`;
  return Number(row?.commits);
}

/**
 * Transactions of autovacuum count among those of the database, and after what was filled in it has much to do. So it begins nothing
 * more, and what it has begun is waited for.
 */
async function quieten({ admin }: Server): Promise<void> {
  await admin.unsafe('alter system set autovacuum = off');
  await admin`select pg_reload_conf()`;
  const working = () => admin`select 1 from pg_stat_activity where backend_type = 'autovacuum worker'`;
  const until = performance.now() + QUIET_WITHIN_MS;
  while ((await working()).length > 0) {
    if (performance.now() > until) throw new Error('autovacuum works on: nothing can be said about queries');
    await after(RSS_SAMPLE_MS);
  }
}

/** Transactions per second of the service, and its largest memory, while nothing but the polls goes on. */
async function look(server: Server, service: Service): Promise<{ per_s: number; rss_mb: number }> {
  const before = await commits(server);
  const start = performance.now();
  let rss_mb = 0;
  while (performance.now() - start < LOOK_MS) {
    rss_mb = Math.max(rss_mb, service.rssMb());
    await after(RSS_SAMPLE_MS);
  }
  return { per_s: ((await commits(server)) - before) / ((performance.now() - start) / 1000), rss_mb };
}

/** 1,000 long polls of 1,000 experiments that do not change, on a service that has just started. */
export async function longPolls(situation: Situation, server: Server, service: Service): Promise<Goal[]> {
  await using http = connectTo(service.url, POLLS);
  await quieten(server);
  const all = await watched(http, situation);
  await after(SETTLE_MS);
  const rest = await look(server, service);
  const stop = new AbortController();
  const polls = all.map(({ path, key, etag }) =>
    http.send('GET', path, {
      key,
      headers: { 'if-none-match': etag, prefer: `wait=${WAIT_S}` },
      signal: stop.signal,
    }),
  );
  const first = Promise.race(polls);
  first.catch(() => undefined);
  await after(SETTLE_MS);
  const seen = await look(server, service);
  const early = await Promise.race([first, after(0, null)]);
  if (early !== null && early.headers['preference-applied'] === undefined) {
    stop.abort();
    await Promise.allSettled(polls);
    return [
      {
        what: `${POLLS} long polls`,
        goal: `< ${MAX_RSS_MB} MB`,
        seen: 'not supported: no Preference-Applied',
        met: false,
      },
    ];
  }
  const answers = await Promise.all(polls);
  const wrong = answers.filter(({ status }) => status !== 304).length;
  const queries = seen.per_s - rest.per_s;
  const what = `${POLLS} long polls`;
  return [
    {
      what: 'a service without requests: queries',
      goal: '',
      seen: `${rest.per_s.toFixed(2)}/s`,
      met: null,
    },
    {
      what: `${what}: queries more than without`,
      goal: `≤ ${QUERIES_PER_S}/s for all`,
      seen: `${queries.toFixed(2)}/s${wrong > 0 ? `; ${wrong} answers were not 304` : ''}`,
      met: queries <= QUERIES_PER_S + MARGIN_PER_S && wrong === 0,
    },
    {
      what: `${what}: memory of the service`,
      goal: `< ${MAX_RSS_MB} MB`,
      seen: `${Math.round(seen.rss_mb)} MiB resident`,
      met: seen.rss_mb < MAX_RSS_MB,
    },
  ];
}
