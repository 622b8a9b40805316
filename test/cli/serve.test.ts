import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeDataFolder } from './data-folder.ts';
import { ended, runCli, startCli, untilSaid } from './run-cli.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchwright-serve-'));
  makeDataFolder(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Service extends AsyncDisposable {
  readonly url: string;
  readonly key: string | null;
  stop(): Promise<number | null>;
}

/** Stopped at the end of the test whatever happens in it. */
async function startService(port = '0'): Promise<Service> {
  const child = startCli(['serve', '--json', '--port', port, '--data-dir', join(folder, 'data')]);
  const closed = ended(child);
  const [line] = await untilSaid(child, /^\{.*\}$/m);
  const { url, operator_key: key } = JSON.parse(line) as { url: string; operator_key: string | null };
  const stop = async (): Promise<number | null> => {
    child.kill('SIGTERM');
    return (await closed).code;
  };
  return { url, key, stop, [Symbol.asyncDispose]: async () => void (await stop()) };
}

describe('benchwright serve and its clients', () => {
  it('serves submit, status, results and cancel to the other commands', async () => {
    await using service = await startService();
    const env = { BENCHWRIGHT_URL: service.url, BENCHWRIGHT_KEY: service.key ?? '' };
    const spec = join(folder, 'spec.yaml');
    writeFileSync(spec, readFileSync(new URL('../../experiments/quick.yaml', import.meta.url)));

    const submitted = await runCli(['submit', spec, '--set', 'window_s=2', '--json'], { env });
    expect(submitted.stderr).toMatch(/no runner has registered yet/);
    const { id } = JSON.parse(submitted.stdout) as { id: string };

    const status = await runCli(['status', id], { env });
    expect(status.stdout).toMatch(/queued, 0 of 18 trials/);
    const early = await runCli(['results', id], { env });
    expect(early).toMatchObject({ code: 2, stderr: expect.stringMatching(/is queued; ask for .*partial/) });
    const partial = await runCli(['results', id, '--partial', '--format', 'csv'], { env });
    expect(partial.stdout.split('\r\n')[0]).toMatch(/^cell,deployment,/);

    const canceled = await runCli(['cancel', id], { env });
    expect(canceled.stdout).toMatch(/canceled/);
    expect((await runCli(['wait', id], { env })).code).toBe(4);
    expect(await service.stop()).toBe(0);
  });

  it('does not start with a base URL that is none, given as an option or in the environment', async () => {
    const args = ['serve', '--port', '0', '--data-dir', join(folder, 'data')];
    for (const refused of [
      await runCli([...args, '--base-url', 'bench.example.com']),
      await runCli(args, { env: { BENCHWRIGHT_BASE_URL: 'https://bench.example.com/api' } }),
    ]) {
      expect(refused.code).toBe(2);
      expect(refused.stderr).toMatch(/^.*the base URL "\S+" is none: expected https:\/\/HOST/);
    }
  });

  it('answers a spec with five mistakes with all five, on stderr, exit code 2', async () => {
    await using service = await startService();
    const spec = join(folder, 'wrong.yaml');
    writeFileSync(
      spec,
      'nmae: x\ndeployments: [{id: A!, target: fastapi, server: uvicorn}]\nworkers: [0]\nload: [{model: closed, users: ten, think_time_s: {constant: 1}}]\nwindow_s: -1\n',
    );
    const run = await runCli(['submit', spec], {
      env: { BENCHWRIGHT_URL: service.url, BENCHWRIGHT_KEY: service.key ?? '' },
    });
    expect(run.code).toBe(2);
    for (const pointer of ['/nmae', '/deployments/0/id', '/workers/0', '/load/0/users', '/window_s'])
      expect(run.stderr).toContain(`  ${pointer}: `);
    await service.stop();
  });

  it('refuses a second service on the same folder and says who has it', async () => {
    await using service = await startService();
    const second = await runCli(['serve', '--port', '0', '--data-dir', join(folder, 'data')]);
    expect(second.code).toBe(2);
    expect(second.stderr.trim().split('\n')).toHaveLength(1);
    expect(second.stderr).toMatch(/another service \(process \d+\) uses the data folder/);
    await service.stop();
  });

  it('on a folder that is not there shows the first key once, and refuses another key with exit code 5', async () => {
    rmSync(join(folder, 'data'), { recursive: true });
    await using service = await startService();
    await service.stop();
    await using again = await startService();
    expect(again.key).toBeNull();
    const env = { BENCHWRIGHT_URL: again.url, BENCHWRIGHT_KEY: 'bw_user_wrong' };
    expect((await runCli(['status', 'exp_1'], { env })).code).toBe(5);
  });

  it('makes, lists and revokes keys', async () => {
    await using service = await startService();
    const env = { BENCHWRIGHT_URL: service.url, BENCHWRIGHT_KEY: service.key ?? '' };
    const made = JSON.parse((await runCli(['keys', 'create', 'ci', '--scope', 'read', '--json'], { env })).stdout) as {
      id: string;
      key: string;
    };
    const asReader = { ...env, BENCHWRIGHT_KEY: made.key };
    expect(
      (await runCli(['submit', new URL('../../experiments/quick.yaml', import.meta.url).pathname], { env: asReader }))
        .code,
    ).toBe(5);
    expect((await runCli(['keys', 'list'], { env })).stdout).toContain(made.id);
    expect((await runCli(['keys', 'revoke', made.id], { env })).code).toBe(0);
    expect((await runCli(['status', 'exp_1'], { env: asReader })).code).toBe(5);
    await service.stop();
  });

  it('waits through a restart of the service, and Ctrl-C ends the waiting at once', async () => {
    await using service = await startService();
    const spec = new URL('../../experiments/quick.yaml', import.meta.url).pathname;
    const env = { BENCHWRIGHT_URL: service.url, BENCHWRIGHT_KEY: service.key ?? '' };
    const { id } = JSON.parse((await runCli(['submit', spec, '--json'], { env })).stdout) as { id: string };
    const waiting = startCli(['wait', id], { env });
    const waited = ended(waiting);
    await untilSaid(waiting, /0\/18 trials/);
    const leaving = startCli(['wait', id], { env });
    const left = ended(leaving);
    await untilSaid(leaving, /0\/18 trials/);
    leaving.kill('SIGINT');
    expect(await left).toMatchObject({ code: 130, stderr: expect.stringMatching(/the experiment goes on/) });
    await service.stop();
    await using again = await startService(new URL(service.url).port);
    expect((await runCli(['cancel', id], { env })).code).toBe(0);
    expect(await waited).toMatchObject({ code: 4, stdout: expect.stringMatching(/canceled/) });

    expect(again.key).toBeNull();
  });
});
