import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyType } from '../../src/core/key-format.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { makeDataFolder } from './data-folder.ts';
import { ended, runCli, startCli, untilSaid } from './run-cli.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchwright-projects-'));
  makeDataFolder(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Service extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
  readonly key: string | null;
}

const serve = () => ['serve', '--json', '--port', '0', '--data-dir', join(folder, 'data')];

async function startService(env: Record<string, string> = {}): Promise<Service> {
  const child = startCli(serve(), { env });
  const closed = ended(child);
  const [line] = await untilSaid(child, /^\{.*\}$/m);
  const { url, operator_key: key } = JSON.parse(line) as { url: string; operator_key: string | null };
  const stop = async () => {
    child.kill('SIGTERM');
    expect((await closed).code).toBe(0);
  };
  return { env: { BENCHWRIGHT_URL: url, BENCHWRIGHT_KEY: key ?? '' }, key, [Symbol.asyncDispose]: stop };
}

describe('benchwright projects and keys', () => {
  it('make a project and its first key, with which its members work and see nothing else', async () => {
    await using service = await startService();
    const { env } = service;
    const made = await runCli(['projects', 'create', 'team', '--max-queued', '1', '--json'], { env });
    const { id } = JSON.parse(made.stdout) as { id: string };
    const key = await runCli(
      ['keys', 'create', 'first', '--project', id, '--scope', 'submit', '--scope', 'read', '--json'],
      { env },
    );
    const member = { ...env, BENCHWRIGHT_KEY: (JSON.parse(key.stdout) as { key: string }).key };
    expect((await runCli(['projects', 'list'], { env: member })).code).toBe(5);
    expect((await runCli(['projects', 'list'], { env })).stdout).toMatch(new RegExp(`${id} .*≤ 1 queued.*team`));

    const spec = join(folder, 'spec.json');
    writeFileSync(spec, JSON.stringify(smallSpec()));
    const submit = (...more: string[]) => runCli(['submit', spec, '--json', ...more], { env: member });
    const first = await submit('--idempotency-key', 'once');
    const again = await submit('--idempotency-key', 'once');
    expect((JSON.parse(again.stdout) as { id: string }).id).toBe((JSON.parse(first.stdout) as { id: string }).id);
    const refused = await submit();
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/may have 1 queued experiments/);

    const limited = await runCli(['projects', 'limit', id, '--max-queued', '7', '--retention-days', '30'], { env });
    expect(limited.stdout).toMatch(/≤ 7 queued {2}kept 30 days/);
    const full = await runCli(['projects', 'delete', id], { env });
    expect(full.code).toBe(2);
    expect(full.stderr).toMatch(/has experiments or runners/);
    expect((await runCli(['keys', 'list', '--project', id], { env })).stdout).toMatch(/first/);
    const empty = await runCli(['projects', 'create', 'empty', '--json'], { env });
    const gone = (JSON.parse(empty.stdout) as { id: string }).id;
    expect((await runCli(['projects', 'delete', gone], { env })).stdout).toBe(`${gone} deleted\n`);
  });

  it('make an operator key offline, take it at each start, and recover one of a service that is stopped, whose links they can end', async () => {
    const generated = await runCli(['keys', 'generate']);
    const first = generated.stdout.trim();
    expect(keyType(first)).toBe('operator');
    const recover = () => runCli(['keys', 'recover', '--data-dir', join(folder, 'data'), '--json']);
    {
      await using service = await startService({ BENCHWRIGHT_OPERATOR_KEY: first });
      expect(service.key).toBeNull();
      const env = { ...service.env, BENCHWRIGHT_KEY: first };
      expect((await runCli(['projects', 'list'], { env })).stdout).toMatch(/default/);
      const running = await recover();
      expect(running.code).toBe(2);
      expect(JSON.parse(running.stdout)).toMatchObject({ error: expect.stringMatching(/process \d+\) uses the data/) });
    }
    const recovered = (JSON.parse((await recover()).stdout) as { key: string }).key;
    const second = (JSON.parse((await runCli(['keys', 'generate', '--json'])).stdout) as { key: string }).key;
    {
      await using again = await startService({ BENCHWRIGHT_OPERATOR_KEY: second });
      const env = { ...again.env, BENCHWRIGHT_KEY: second };
      const listed = await runCli(['keys', 'list', '--json'], { env: { ...env, BENCHWRIGHT_KEY: recovered } });
      const { keys } = JSON.parse(listed.stdout) as { keys: { id: string; name: string; last_four: string }[] };
      expect(keys.map(({ name }) => name).sort()).toEqual([
        'BENCHWRIGHT_OPERATOR_KEY',
        'BENCHWRIGHT_OPERATOR_KEY',
        'recovered',
      ]);
      const given = keys.find(({ last_four }) => second.endsWith(last_four))?.id ?? '';
      expect((await runCli(['keys', 'revoke', given], { env })).code).toBe(0);
      expect((await runCli(['projects', 'list'], { env })).code).toBe(5);
    }
    const refused = await runCli(serve(), { env: { BENCHWRIGHT_OPERATOR_KEY: second } });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/was revoked: make another with `benchwright keys generate`/);
    const end = () => runCli(['keys', 'end-links', '--data-dir', join(folder, 'data')]);
    expect((await end()).stdout).toMatch(/^every share link has ended/);
    expect((await end()).stdout).toBe('no share link was out\n');
  });

  it('refuse to start with an operator key that is none, before anything is opened', async () => {
    rmSync(join(folder, 'data'), { recursive: true });
    const refused = await runCli(serve(), { env: { BENCHWRIGHT_OPERATOR_KEY: 'bw_operator_mine' } });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/is no operator key: make one with `benchwright keys generate`/);
    expect(refused.stderr).not.toContain('bw_operator_mine');
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });
});
