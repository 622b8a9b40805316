import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { commandOf, docBlocks } from '../fixtures/doc-blocks.ts';
import { commitOf } from '../fixtures/github-events.ts';
import { makeDataFolder } from './data-folder.ts';
import { ended, runCli, startCli, untilSaid } from './run-cli.ts';

const DOCUMENT = new URL('../../docs/ci.md', import.meta.url);
const run = promisify(execFile);

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchwright-hook-docs-'));
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
    expect((await closed).code).toBe(0);
  };
  return { url, env: { BENCHWRIGHT_URL: url, BENCHWRIGHT_KEY: operator_key }, stop };
}

it('The commands of docs/ci.md make a hook, with its own template or with that of the page', async () => {
  const { env, stop } = await startService();
  const blocks = docBlocks('docs/ci.md');
  const words = commandOf(blocks, 'benchwright hooks create').split(' ').slice(1);
  const made = await runCli(words, { env });
  expect([made.code, made.stdout], made.stderr).toEqual([0, expect.stringMatching(/^whsec_\S+\n$/)]);
  const template = join(folder, 'template.yaml');
  writeFileSync(template, blocks.find(({ kind, under }) => kind === 'yaml' && under.includes('Templates'))?.text ?? '');
  const of = ['create', 'other', '--repo', 'acme/shop', '--template', template];
  const other = await runCli(['hooks', ...of], { env });
  expect(other.code, other.stderr).toBe(0);
  const { stdout } = await runCli(['hooks', 'list', '--json'], { env });
  const { hooks } = JSON.parse(stdout) as { hooks: { template: { thresholds: unknown } }[] };
  expect(hooks).toHaveLength(2);
  // Without a template the page says `about this`.
  expect(hooks[0]?.template.thresholds).toEqual(hooks[1]?.template.thresholds);
  await stop();
});

it('The curl of a generic event in docs/ci.md starts an experiment, with nothing but a commit and a hook put into it', async () => {
  const { url, env, stop } = await startService();
  const create = [
    'hooks',
    'create',
    'any',
    '--provider',
    'generic',
    '--target',
    'shop',
    '--server',
    'uvicorn',
    '--json',
  ];
  const { id, secret } = JSON.parse((await runCli(create, { env })).stdout) as { id: string; secret: string };
  const [, script = ''] = /### A generic event\n\n```sh\n([\s\S]*?)```/.exec(readFileSync(DOCUMENT, 'utf8')) ?? [];
  const filled = script
    .replace('…40 hex digits…', commitOf('head'))
    .replace('"base_sha": "…"', `"base_sha": "${commitOf('base')}"`)
    .replace('hok_…', id);
  expect(filled).not.toContain('…');
  const { stdout } = await run('sh', ['-c', filled], { env: { ...process.env, SECRET: secret, URL: url } });
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'started', experiment_id: expect.stringMatching(/^exp_/) });
  await stop();
});
