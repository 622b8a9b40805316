import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { githubSignature } from '../api/hook-senders.ts';
import { githubPullRequest } from '../fixtures/github-events.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { makeDataFolder } from './data-folder.ts';
import { ended, runCli, startCli, untilSaid } from './run-cli.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchwright-hooks-'));
  makeDataFolder(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function startService() {
  const child = startCli(['serve', '--json', '--port', '0', '--data-dir', join(folder, 'data')]);
  const closed = ended(child);
  const [line] = await untilSaid(child, /^\{.*\}$/m);
  const { url, operator_key } = JSON.parse(line) as { url: string; operator_key: string };
  const stop = async () => {
    child.kill('SIGTERM');
    return closed;
  };
  return { url, env: { BENCHWRIGHT_URL: url, BENCHWRIGHT_KEY: operator_key }, stop };
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

it('A hook is made, changed, given a token, sent an event, approved and deleted from the terminal; no secret is said twice or logged', async () => {
  const { url, env, stop } = await startService();
  const run = async (...args: string[]) => {
    const done = await runCli(['hooks', ...args], { env });
    if (done.code !== 0) throw new Error(`${args.join(' ')}: ${done.stderr}`);
    return done;
  };
  const made = await run(
    'create',
    'ci',
    '--repo',
    'acme/shop',
    '--target',
    'shop',
    '--server',
    'uvicorn',
    '--branch',
    'main',
  );
  const secret = made.stdout.trim();
  expect(secret).toMatch(/^whsec_/);
  const [, id = '', path = ''] =
    /^(hok_\w+): keep the secret now.*\nevents go to\nhttp:\S+?(\/v1\/hooks\/github\/hok_\w+)$/m.exec(made.stderr) ??
    [];
  expect((await run('list')).stdout).toBe(`${id}  enabled  github  acme/shop  pull-request of main  no token  ci\n`);

  const token = file('token', 'ghp_do-not-tell\n');
  expect((await run('set-token', id, '--token-file', token)).stdout).toMatch(/ {2}token {2}ci$/m);
  expect((await run('clear-token', id)).stdout).toBe(`${id} has no token any more\n`);
  const none = await run('posts', id);
  expect([none.stdout, none.stderr]).toEqual(['', 'it wrote nothing in the last 30 days\n']);
  const template = file('spec.yaml', `${JSON.stringify(smallSpec({ name: '{{repo}}' }))} # YAML\n`);
  const changed = await run('change', id, '--template', template, '--branch', '*', '--json');
  expect(JSON.parse(changed.stdout)).toMatchObject({ branches: ['*'], template: { name: '{{repo}}' } });

  const text = JSON.stringify(githubPullRequest({ fork: true }));
  const headers = {
    'Content-Type': 'application/json',
    'X-GitHub-Event': 'pull_request',
    'X-GitHub-Delivery': '1',
    'X-Hub-Signature-256': githubSignature(secret, text),
  };
  expect((await fetch(url + path, { method: 'POST', headers, body: text })).status).toBe(202);
  const listed = (await run('deliveries', id)).stdout;
  const [, delivery = ''] = /^(dlv_\w+) {2}\S+ {2}waiting-approval {2}pull_request\.opened/.exec(listed) ?? [];
  expect((await run('approve', id, delivery)).stdout).toMatch(/ {2}started .* exp_\w+$/m);

  const rotated = await run('rotate-secret', id, '--overlap-s', '0');
  expect(rotated.stdout.trim()).not.toBe(secret);
  expect((await fetch(url + path, { method: 'POST', headers, body: text })).status).toBe(401);
  expect((await run('disable', id)).stdout).toMatch(/ disabled /);
  expect((await run('enable', id)).stdout).toMatch(/ enabled /);
  expect((await run('delete', id)).stdout).toBe(`${id} deleted\n`);
  const refused = await runCli(['hooks', 'create', 'x', '--repo', 'acme/shop'], { env });
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/\/template: expected a template; or target and server/);
  const missing = await runCli(['hooks', 'set-token', id, '--token-file', join(folder, 'none')], { env });
  expect(missing.code).toBe(2);

  const said = await stop();
  expect(said.code).toBe(0);
  for (const word of [secret, rotated.stdout.trim(), 'ghp_']) expect(said.stdout + said.stderr).not.toContain(word);
});
