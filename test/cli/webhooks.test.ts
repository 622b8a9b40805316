import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPglite } from '../../src/db/client-pglite.ts';
import { startReceiver } from '../api/node/receiver.ts';
import { passOutbox } from '../db/outbox-world.ts';
import { docBlocks } from '../fixtures/doc-blocks.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { eventually } from '../worker/eventually.ts';
import { makeDataFolder } from './data-folder.ts';
import { ended, runCli, startCli, untilSaid } from './run-cli.ts';

let folder = '';
let started: ChildProcessWithoutNullStreams[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchwright-webhooks-'));
  makeDataFolder(folder);
});
afterEach(async () => {
  for (const child of started) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  }
  started = [];
  rmSync(folder, { recursive: true, force: true });
});

const dataDir = () => join(folder, 'data');

/** The service as it is tried out on one machine: its webhooks may lead there. */
async function startService(key?: string) {
  const child = startCli(['serve', '--json', '--port', '0', '--data-dir', dataDir(), '--allow-insecure-webhooks']);
  started.push(child);
  const closed = ended(child);
  const [line] = await untilSaid(child, /^\{.*\}$/m);
  const { url, operator_key } = JSON.parse(line) as { url: string; operator_key: string | null };
  return { child, closed, env: { BENCHWRIGHT_URL: url, BENCHWRIGHT_KEY: key ?? operator_key ?? '' } };
}

async function json<T>(args: string[], env: Record<string, string>): Promise<T> {
  const { code, stdout, stderr } = await runCli([...args, '--json'], { env });
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

interface Made {
  id: string;
  secret: string;
}
interface Delivery {
  id: string;
  state: string;
  attempts: number;
  log: { status: number | null }[];
}

/** The receiver of docs/webhooks.md, as it stands there. */
async function startDocumented(secret: string): Promise<{ child: ChildProcessWithoutNullStreams; url: string }> {
  const text = readFileSync(new URL('../../docs/webhooks.md', import.meta.url), 'utf8');
  const code = /```js\n(\/\/ receiver\.mjs.*?)```/s.exec(text)?.[1] ?? '';
  const file = join(folder, 'receiver.mjs');
  writeFileSync(file, code);
  const child = spawn(process.execPath, [file], { env: { ...process.env, WEBHOOK_SECRET: secret, PORT: '0' } });
  started.push(child);
  const [, port] = await untilSaid(child, /listening on (\d+)/);
  return { child, url: `http://127.0.0.1:${port}/` };
}

describe('benchwright webhooks', () => {
  it('make a webhook whose documented receiver verifies what it is sent, and refuses what is not genuine', async () => {
    const { child, closed, env } = await startService();
    const placeholder = await startReceiver();
    const made = await json<Made>(['webhooks', 'create', placeholder.url, '--description', 'ci'], env);
    await placeholder[Symbol.asyncDispose]();
    const documented = await startDocumented(made.secret);
    const headers = { Authorization: `Bearer ${env.BENCHWRIGHT_KEY}`, 'Content-Type': 'application/json' };
    const call = (method: string, path: string, body: unknown) =>
      fetch(env.BENCHWRIGHT_URL + path, { method, headers, body: JSON.stringify(body) });
    await call('PATCH', `/v1/webhooks/${made.id}`, { url: documented.url, events: ['experiment.canceled'] });

    const tested = untilSaid(documented.child, /^webhook\.test (.*)$/m);
    await json(['webhooks', 'test', made.id], env);
    expect(JSON.parse((await tested)[1] ?? '')).toEqual({ webhook_id: made.id });

    const told = untilSaid(documented.child, /^experiment\.canceled (.*)$/m);
    const { id } = (await (await call('POST', '/v1/experiments', smallSpec())).json()) as { id: string };
    await call('POST', `/v1/experiments/${id}/cancel`, {});
    expect(JSON.parse((await told)[1] ?? '')).toMatchObject({ experiment_id: id, status: 'canceled' });

    const forged = { 'webhook-id': 'dlv_1', 'webhook-timestamp': String(Math.floor(Date.now() / 1000)) };
    for (const signature of ['', 'v1,', 'v1,AAAA', `v1a,${'A'.repeat(43)}=`]) {
      const answer = await fetch(documented.url, {
        method: 'POST',
        body: '{}',
        headers: { ...forged, 'webhook-signature': signature },
      });
      expect(answer.status, signature).toBe(401);
    }
    child.kill('SIGTERM');
    expect((await closed).code).toBe(0);
  });

  it('are made, tried and looked at with the commands of docs/webhooks.md', async () => {
    await using receiver = await startReceiver();
    const { env } = await startService();
    const commands =
      docBlocks('docs/webhooks.md')
        .find(({ kind }) => kind === 'sh')
        ?.text.split('\n') ?? [];
    const [create = '', ...others] = commands.filter((line) => line.startsWith('benchwright '));
    expect(create).toContain('https://ci.example.com/benchwright');
    const words = (line: string) =>
      line
        .replace(/\s+#.*$/, '')
        .split(' ')
        .slice(1);
    const made = await runCli(words(create.replace('https://ci.example.com/benchwright', receiver.url)), { env });
    const [, id = ''] = /^(whk_\w+): keep the secret now/.exec(made.stderr) ?? [];
    let delivery = '';
    for (const line of others) {
      const run = await runCli(words(line.replace('whk_…', id).replace('dlv_…', delivery)), { env });
      expect([run.code, run.stdout], line).toEqual([0, expect.stringMatching(/^dlv_\w+ .* webhook\.test/)]);
      delivery = run.stdout.split(' ')[0] ?? '';
    }
    expect(others).toHaveLength(3);
  });

  it('list, disable, enable, rotate and delete them, and never print a secret twice', async () => {
    await using receiver = await startReceiver();
    const { env } = await startService();
    const created = await runCli(['webhooks', 'create', receiver.url, '--event', 'runner.offline'], { env });
    expect(created.stdout).toMatch(/^whsec_[A-Za-z0-9+/]{43}=\n$/);
    const [, id = ''] = /^(whk_\w+): keep the secret now/.exec(created.stderr) ?? [];
    const say = async (...args: string[]) => (await runCli(['webhooks', ...args], { env })).stdout;
    expect(await say('list')).toBe(`${id}  enabled  ${receiver.url}  runner.offline\n`);
    expect(await say('disable', id)).toContain('disabled (owner)');
    const refused = await runCli(['webhooks', 'test', id], { env });
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('is disabled')]);
    expect(await say('enable', id)).toContain('  enabled  ');
    expect(await say('rotate-secret', id, '--overlap-s', '60')).toMatch(/^whsec_/);
    const tested = await json<Delivery>(['webhooks', 'test', id], env);
    await receiver.heard(1);
    expect(String(receiver.received[0]?.headers['webhook-signature']).split(' ')).toHaveLength(2);
    await eventually('the attempt is logged', async () => (await say('deliveries', id)).includes('succeeded'));
    expect(await say('deliveries', id, tested.id)).toMatch(
      /^dlv_.* succeeded .*1×.*webhook\.test\n {2}1 {2}\S+ {2}204 {2}\d+ ms\n$/,
    );
    expect(await say('redeliver', id, tested.id)).toContain(tested.id);
    await receiver.heard(2);
    expect(await say('delete', id)).toBe(`${id} deleted\n`);
    expect(await say('list')).toBe('');
    const bad = await runCli(['webhooks', 'create', 'https://10.0.0.1/'], { env });
    expect(bad.code).toBe(2);
    expect(bad.stderr).toContain('leads to a private network');
  });

  it('are sent again under the same id by the service that is started after one that was killed before it could note an answer', async () => {
    // The first one is never answered: the service is killed while it waits.
    await using receiver = await startReceiver((response, _, n) => {
      if (n > 1) response.writeHead(204).end();
    });
    const first = await startService();
    const { id } = await json<Made>(['webhooks', 'create', receiver.url, '--event', 'runner.offline'], first.env);
    const tested = await json<Delivery>(['webhooks', 'test', id], first.env);
    await receiver.heard(1);
    first.child.kill('SIGKILL');
    await first.closed;

    // The minute of its lease, without the wait.
    const database = await openPglite({ dataDir: dataDir() });
    await passOutbox(database.db, 61);
    await database.close();

    const second = await startService(first.env.BENCHWRIGHT_KEY);
    await receiver.heard(2);
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([tested.id, tested.id]);
    const one = () => json<Delivery>(['webhooks', 'deliveries', id, tested.id], second.env);
    await eventually('the attempt is logged', async () => (await one()).state === 'succeeded');
    expect(await one()).toMatchObject({ attempts: 1, log: [{ status: 204 }] });
    second.child.kill('SIGTERM');
    expect((await second.closed).code).toBe(0);
  });
});
