import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { unstable_startWorker } from 'wrangler';
import { formatKey } from '../../src/core/key-format.ts';
import { githubSignature, standardHeaders } from '../api/hook-senders.ts';
import { runToEnd } from '../api/runner-client.ts';
import { jsonOf, type Sent as Sending } from '../api/service.ts';
import { createDatabase, withDatabase } from '../databases/server.ts';
import { commitOf, githubPullRequest } from '../fixtures/github-events.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { temporaryFolder } from '../runner/support/fixture-trial.ts';
import { eventually } from './eventually.ts';
import { unlimitedConfig } from './unlimited-config.ts';

/** A Worker in workerd, and what it sends to the internet: that ends here. */
const OPERATOR_KEY = formatKey('operator', new Uint8Array(20).fill(5));
const HYPERDRIVE = 'CLOUDFLARE_HYPERDRIVE_LOCAL_CONNECTION_STRING_HYPERDRIVE';
const TOKEN = 'ghp_of_the_test';
const HEAD = commitOf('head');

interface Sent {
  readonly host: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const sent: Sent[] = [];
let worker: Awaited<ReturnType<typeof unstable_startWorker>>;
let url = '';
let folder: ReturnType<typeof temporaryFolder>;

beforeAll(async () => {
  const server = inject('databaseServer');
  if (server === undefined) throw new Error('the global set-up of the tier has not run');
  folder = temporaryFolder();
  process.env[HYPERDRIVE] = withDatabase(server.direct, await createDatabase(server, 'migrated'));
  worker = await unstable_startWorker({
    config: unlimitedConfig(folder.path),
    bindings: {
      BENCHWRIGHT_SECRET_KEY: { type: 'plain_text', value: Buffer.alloc(32, 9).toString('base64') },
      BENCHWRIGHT_OPERATOR_KEY: { type: 'plain_text', value: OPERATOR_KEY },
    },
    dev: {
      server: { hostname: '127.0.0.1', port: 0 },
      inspector: false,
      logLevel: 'error',
      persist: join(folder.path, 'state'),
      outboundService: { node: internet },
    },
  });
  url = (await worker.url).href.replace(/\/$/, '');
});
afterAll(async () => {
  await worker.dispose();
  delete process.env[HYPERDRIVE];
  folder[Symbol.dispose]();
});

/** Takes in whatever is sent to it, and makes what GitHub makes. */
async function internet(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  request.setEncoding('utf8').on('data', (text: string) => (body += text));
  await once(request, 'end');
  const { headers, url: path = '' } = request;
  sent.push({ host: headers.host ?? '', path, headers, body });
  response.writeHead(201, { 'Content-Type': 'application/json' }).end('{"id":1}');
}

const send = (method: string, path: string, { json, text, headers }: Sending = {}): Promise<Response> => {
  const body = text ?? (json === undefined ? undefined : JSON.stringify(json));
  return fetch(url + path, {
    method,
    headers: { Authorization: `Bearer ${OPERATOR_KEY}`, 'Content-Type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: body as string }),
  });
};

/** What the cron of one minute sends, until the condition holds. */
async function cron(what: string, holds: () => boolean): Promise<void> {
  const leave = new AbortController();
  fetch(`${url}/cdn-cgi/handler/scheduled?cron=*+*+*+*+*`, { signal: leave.signal }).catch(() => undefined);
  await eventually(what, holds, 20_000);
  leave.abort();
}

const told = (path: string) => sent.filter((each) => each.path.startsWith(path));
const states = () =>
  told(`/repos/acme/shop/statuses/${HEAD}`).map(({ body }) => (JSON.parse(body) as { state: string }).state);

it('A signed event starts an experiment, and the cron tells its verdict: signed to a webhook, with the token to GitHub', async () => {
  const regression = { metric: 'throughput_rps', worse_by: 0.03, base: 'fastapi', head: 'django' };
  const template = smallSpec({ repetitions: 3, thresholds: [{ regression }] });
  const of = { name: 'ci', provider: 'github', repo: 'acme/shop', comment: 'never' };
  const hook = await jsonOf<{ path: string; secret: string }>(
    await send('POST', '/v1/hooks', { json: { ...of, template, token: TOKEN } }),
    201,
  );
  const events = ['experiment.verdict.failed'];
  const webhook = await jsonOf<{ secret: string }>(
    await send('POST', '/v1/webhooks', { json: { url: 'https://hooks.example.com/hook', events } }),
    201,
  );

  const text = JSON.stringify(githubPullRequest({ head_sha: HEAD }));
  const delivery = { 'X-GitHub-Event': 'pull_request', 'X-GitHub-Delivery': 'one' };
  const signed = (secret: string) => ({ ...delivery, 'X-Hub-Signature-256': githubSignature(secret, text) });
  expect((await send('POST', hook.path, { text, headers: signed('another secret') })).status).toBe(401);
  const came = await jsonOf(await send('POST', hook.path, { text, headers: signed(hook.secret) }), 202);
  expect(came).toMatchObject({ outcome: 'started' });
  await cron('the commit is pending', () => states().length > 0);
  await runToEnd({ send });
  await cron('the verdict is told', () => states().length > 1 && told('/hook').length > 0);

  expect(states()).toEqual(['pending', 'failure']);
  const [status] = told('/repos/');
  expect(status).toMatchObject({ host: 'api.github.com', headers: { authorization: `Bearer ${TOKEN}` } });
  const [event, ...more] = told('/hook');
  expect(more).toEqual([]);
  const { host, headers, body } = event!;
  const [id = '', at] = ['webhook-id', 'webhook-timestamp'].map((name) => String(headers[name]));
  expect(host).toBe('hooks.example.com');
  expect(headers).toMatchObject(standardHeaders(webhook.secret, body, { id, at: Number(at) }));
  expect(JSON.parse(body)).toMatchObject({
    type: 'experiment.verdict.failed',
    data: { experiment_id: came['experiment_id'], verdict: 'failed', head_sha: HEAD, pull_request: 5 },
  });
});
