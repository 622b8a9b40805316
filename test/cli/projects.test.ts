import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyType } from '../../src/core/key-format.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { ended, runCli, startCli, untilSaid } from './run-cli.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'benchwright-projects-'))));
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

  it('make an operator key offline that a new service takes, on each start again', async () => {
    const generated = await runCli(['keys', 'generate']);
    const key = generated.stdout.trim();
    expect(keyType(key)).toBe('operator');
    for (let start = 0; start < 2; start += 1) {
      await using service = await startService({ BENCHWRIGHT_OPERATOR_KEY: key });
      expect(service.key).toBeNull();
      const env = { ...service.env, BENCHWRIGHT_KEY: key };
      expect((await runCli(['projects', 'list'], { env })).stdout).toMatch(/default/);
    }
  });

  it('give a service that has an operator another one, and refuse one that was revoked', async () => {
    const key = (await runCli(['keys', 'generate', '--json'])).stdout;
    const given = (JSON.parse(key) as { key: string }).key;
    {
      await using first = await startService();
      expect(first.key).toMatch(/^bw_operator_/);
    }
    {
      await using second = await startService({ BENCHWRIGHT_OPERATOR_KEY: given });
      const env = { ...second.env, BENCHWRIGHT_KEY: given };
      const { keys } = JSON.parse((await runCli(['keys', 'list', '--json'], { env })).stdout) as {
        keys: { id: string; name: string }[];
      };
      expect(keys).toHaveLength(2);
      const mine = keys.find(({ name }) => name === 'BENCHWRIGHT_OPERATOR_KEY')?.id ?? '';
      expect((await runCli(['keys', 'revoke', mine], { env })).code).toBe(0);
    }
    const refused = await runCli(serve(), { env: { BENCHWRIGHT_OPERATOR_KEY: given } });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(
      /BENCHWRIGHT_OPERATOR_KEY was revoked: make another with `benchwright keys generate`/,
    );
  });

  it('refuse to start with an operator key that is none', async () => {
    const refused = await runCli(serve(), { env: { BENCHWRIGHT_OPERATOR_KEY: 'bw_operator_mine' } });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/is no operator key: make one with `benchwright keys generate`/);
    expect(refused.stderr).not.toContain('bw_operator_mine');
  });

  it('recover an operator key of a service that is stopped, and not of one that runs', async () => {
    const recover = () => runCli(['keys', 'recover', '--data-dir', join(folder, 'data')]);
    {
      await using service = await startService();
      expect(service.key).not.toBeNull();
      const running = await recover();
      expect(running.code).toBe(2);
      expect(running.stderr).toMatch(/another service \(process \d+\) uses the data folder/);
    }
    const recovered = await recover();
    expect(recovered.code).toBe(0);
    await using again = await startService();
    expect(again.key).toBeNull();
    const env = { ...again.env, BENCHWRIGHT_KEY: recovered.stdout.trim() };
    expect((await runCli(['projects', 'list'], { env })).stdout).toMatch(/default/);
  });
});
