import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { githubSignature } from '../api/hook-senders.ts';
import { startReceiver } from '../api/node/receiver.ts';
import { githubPullRequest } from '../fixtures/github-events.ts';
import { eventually } from '../worker/eventually.ts';
import { makeDataFolder } from './data-folder.ts';
import { ended, runCli, startCli, untilSaid } from './run-cli.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchwright-hook-posts-'));
  makeDataFolder(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('What a hook writes to its code host, and what that has answered, is seen from the terminal', async () => {
  await using host = await startReceiver((response) => {
    response.writeHead(403).end('{"message":"Resource not accessible"}');
  });
  const data = join(folder, 'data');
  const child = startCli(['serve', '--json', '--port', '0', '--data-dir', data, '--allow-insecure-webhooks']);
  const closed = ended(child);
  const [line] = await untilSaid(child, /^\{.*\}$/m);
  const { url, operator_key } = JSON.parse(line) as { url: string; operator_key: string };
  const env = { BENCHWRIGHT_URL: url, BENCHWRIGHT_KEY: operator_key };
  const run = async (...args: string[]) => {
    const done = await runCli(['hooks', ...args], { env });
    if (done.code !== 0) throw new Error(`${args.join(' ')}: ${done.stderr}`);
    return done.stdout;
  };
  const token = join(folder, 'token');
  writeFileSync(token, 'ghp_x');
  const of = ['--repo', 'acme/shop', '--target', 'shop', '--server', 'uvicorn', '--token-file', token];
  const made = await run('create', 'ci', ...of, '--api-url', host.url, '--json');
  const { id, path, secret } = JSON.parse(made) as { id: string; path: string; secret: string };

  const body = JSON.stringify(githubPullRequest({ fork: true }));
  const headers = {
    'Content-Type': 'application/json',
    'X-GitHub-Event': 'pull_request',
    'X-GitHub-Delivery': '1',
    'X-Hub-Signature-256': githubSignature(secret, body),
  };
  expect((await fetch(url + path, { method: 'POST', headers, body })).status).toBe(202);
  await host.heard(1);
  await eventually('the attempt is logged', async () => / 1× /.test(await run('posts', id)));

  const listed = await run('posts', id);
  const [, post = ''] =
    /^(dlv_\w+) {2}\S+ {2}pending {4} 1× {2}commit-status {2}acme\/shop@\w+ {2}commit-status\n$/.exec(listed) ?? [];
  const one = await run('posts', id, post);
  expect(one).toMatch(/\n {2}1 {2}\S+ {2}403 {2}\d+ ms {2}answered 403\n {5}\{"message":"Resource not accessible"\}\n/);
  expect(one).toMatch(/\n {2}the next attempt: 20\S+Z\n$/);
  expect(one).not.toContain('ghp_');
  expect(JSON.parse(await run('posts', id, '--json'))).toMatchObject({ posts: [{ id: post }], next: null });
  child.kill('SIGTERM');
  expect((await closed).code).toBe(0);
});
