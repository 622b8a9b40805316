import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ClaimedJob } from '../../src/core/runner-protocol.ts';
import { OFFERS } from '../fixtures/offers.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { HOST_FINGERPRINT } from '../fixtures/trial-result.ts';
import { makeDataFolder } from './data-folder.ts';
import { ended, startCli, untilSaid } from './run-cli.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchwright-log-'));
  makeDataFolder(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly method?: string;
  readonly route?: string;
  readonly status?: number;
  readonly request_id?: string;
  readonly key_id?: string;
  readonly project_id?: string;
}

it('The log of a service at its most talkative has a line for each request, and no secret of any', async () => {
  const child = startCli(['serve', '--json', '--port', '0', '--data-dir', join(folder, 'data')], {
    env: { BENCHWRIGHT_LOG_LEVEL: 'trace' },
  });
  const closed = ended(child);
  const [line] = await untilSaid(child, /^\{"url".*\}$/m);
  const { url, operator_key } = JSON.parse(line) as { url: string; operator_key: string };
  const secrets = new Map<string, string>([['operator key', operator_key]]);

  const call = async (method: string, path: string, json?: unknown, headers: Record<string, string> = {}) => {
    const answer = await fetch(url + path, {
      method,
      headers: { Authorization: `Bearer ${operator_key}`, 'Content-Type': 'application/json', ...headers },
      ...(json === undefined ? {} : { body: typeof json === 'string' ? json : JSON.stringify(json) }),
    });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };

  secrets.set('idempotency key', 'idempotency-secret-0001');
  const submit = () => call('POST', '/v1/experiments', smallSpec(), { 'Idempotency-Key': 'idempotency-secret-0001' });
  const experiment = (JSON.parse((await submit()).text) as { id: string }).id;
  await submit();
  const share = JSON.parse((await call('POST', `/v1/experiments/${experiment}/share`)).text) as { url: string };
  const token = new URL(share.url).pathname.slice('/r/'.length);
  secrets.set('share token', token);
  for (const path of [`/r/${token}`, `/r/${token}/status`, `/r/${token}x`, `/r/${token}/nothing`])
    await fetch(url + path);

  const made = JSON.parse((await call('POST', '/v1/keys', { name: 'other' })).text) as { key: string; id: string };
  secrets.set('made key', made.key);
  await call('GET', '/v1/keys', undefined, { Authorization: `Bearer ${made.key}` });
  await call('DELETE', `/v1/keys/${made.id}`);
  await call('GET', '/v1/me', undefined, { Authorization: `Bearer ${made.key}` });
  secrets.set('mistyped key', `${operator_key.slice(0, -1)}-`);
  await call('GET', '/v1/me', undefined, { Authorization: `Bearer ${operator_key.slice(0, -1)}-` });

  const session = {
    host_id: 'host-0001',
    fingerprint: HOST_FINGERPRINT,
    version: '0.1.0',
    labels: {},
    targets: OFFERS,
  };
  const { session_id } = JSON.parse((await call('POST', '/runner/v1/sessions', session)).text) as {
    session_id: string;
  };
  const claim = { session_id, claim_key: 'claim-secret-0001', wait_s: 0 };
  secrets.set('claim key', claim.claim_key);
  const job = JSON.parse((await call('POST', '/runner/v1/claims', claim)).text) as ClaimedJob;
  secrets.set('lease', job.lease_id);
  const lease = { 'Benchwright-Lease': job.lease_id };
  await call('POST', `/runner/v1/jobs/${job.job_id}/start`, {}, lease);
  const progress = { trials_done: 0, cell: null, block: null, phase: 'window', rps: 1, errors: 0 };
  await call('POST', `/runner/v1/jobs/${job.job_id}/heartbeat`, { progress }, lease);
  secrets.set('trial', 'trial-secret-0001');
  const trial = JSON.stringify({ cell: 'trial-secret-0001' });
  const digest = `sha-256=:${createHash('sha256').update(trial).digest('base64')}:`;
  await call('PUT', `/runner/v1/jobs/${job.job_id}/trials/x/1/1`, trial, { ...lease, 'Repr-Digest': digest });
  await call(
    'POST',
    `/runner/v1/jobs/${job.job_id}/finish`,
    { outcome: 'failed', reason: 'no-ok-trial', blocks: 0 },
    lease,
  );
  secrets.set('body', 'body-secret-0001');
  await call('POST', '/v1/experiments', '{"body-secret-0001');
  secrets.set('query', 'query-secret-0001');
  await call('GET', '/v1/experiments?label.a=query-secret-0001');
  secrets.set('header of a request that is none', 'header-secret-0001');
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' });
  socket.end('GET /\x00 HTTP/1.1\r\nAuthorization: header-secret-0001\r\n\r\n');
  socket.resume();
  await once(socket, 'close');
  await call('GET', '/healthz', undefined, { 'X-Request-Id': 'the-last-one' });

  child.kill('SIGTERM');
  const { stderr, code } = await closed;
  expect(code).toBe(0);
  const said = stderr.split('\n').filter((text) => text.startsWith('{'));
  const lines = said.map((text) => JSON.parse(text) as Line);
  for (const [what, secret] of secrets)
    expect(
      said.filter((text) => text.includes(secret)),
      what,
    ).toEqual([]);

  const requests = lines.filter(({ msg }) => msg === 'request');
  expect(requests.at(-1)).toMatchObject({ method: 'GET', route: '/healthz', status: 200, request_id: 'the-last-one' });
  const submitted = requests.filter(({ method, route }) => method === 'POST' && route === '/v1/experiments');
  expect(submitted.map(({ status }) => status)).toEqual([202, 202, 400]);
  expect(submitted[0]?.key_id).toMatch(/^key_/);
  expect(submitted[0]?.project_id).toMatch(/^prj_/);
  const routes = new Set(requests.map(({ route }) => route));
  for (const route of ['/r/{token}', '/r/{token}/status', 'unmatched', '/runner/v1/jobs/{id}/start'])
    expect(routes).toContain(route);
  expect(lines.find(({ msg }) => msg === 'no request')).toMatchObject({ status: 400 });
  expect(lines.filter(({ level }) => level >= 50)).toEqual([]);
});
