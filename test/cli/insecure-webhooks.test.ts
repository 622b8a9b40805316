import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startReceiver } from '../api/node/receiver.ts';
import { makeDataFolder } from './data-folder.ts';
import { ended, runCli, startCli, untilSaid } from './run-cli.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchwright-insecure-'));
  makeDataFolder(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a service with these options is asked, and how it ended. */
async function withService<T>(
  options: readonly string[],
  use: (env: Record<string, string>) => Promise<T>,
  key?: string,
): Promise<T> {
  const child = startCli(['serve', '--json', '--port', '0', '--data-dir', join(folder, 'data'), ...options]);
  const closed = ended(child);
  try {
    const [line] = await untilSaid(child, /^\{.*\}$/m);
    const { url, operator_key } = JSON.parse(line) as { url: string; operator_key: string | null };
    return await use({ BENCHWRIGHT_URL: url, BENCHWRIGHT_KEY: key ?? operator_key ?? '' });
  } finally {
    child.kill('SIGTERM');
    expect((await closed).code).toBe(0);
  }
}

it('Nothing is sent to this machine unless --allow-insecure-webhooks says so: not by settings, nor where they were made when it did', async () => {
  await using receiver = await startReceiver();
  const to = ['--repo', 'acme/shop', '--target', 'shop', '--server', 'node', '--api-url', receiver.url];
  const { id, key } = await withService(['--allow-insecure-webhooks'], async (env) => {
    const made = await runCli(['webhooks', 'create', receiver.url, '--json'], { env });
    expect((await runCli(['hooks', 'create', 'allowed', ...to], { env })).code).toBe(0);
    return { id: (JSON.parse(made.stdout) as { id: string }).id, key: env['BENCHWRIGHT_KEY'] };
  });
  await withService(
    [],
    async (env) => {
      for (const refused of [
        await runCli(['webhooks', 'create', receiver.url], { env }),
        await runCli(['hooks', 'create', 'refused', ...to], { env }),
      ]) {
        expect(refused.code).toBe(2);
        expect(refused.stderr).toContain('does not begin with https:');
      }
      expect((await runCli(['hooks', 'list'], { env })).stdout).not.toContain('refused');
      await runCli(['webhooks', 'test', id], { env });
      const headers = { Authorization: `Bearer ${env['BENCHWRIGHT_KEY']}` };
      const read = async <T>(path: string) =>
        (await (await fetch(`${env['BENCHWRIGHT_URL']}/v1/webhooks/${id}/deliveries${path}`, { headers })).json()) as T;
      const [delivery] = (await read<{ deliveries: { id: string }[] }>('')).deliveries;
      const attempts = async () => (await read<{ log: { error: string }[] }>(`/${delivery?.id}`)).log;
      await expect
        .poll(attempts, { timeout: 10_000 })
        .toMatchObject([{ status: null, error: 'the address does not begin with https:' }]);
    },
    key,
  );
  expect(receiver.connections()).toBe(0);
});
