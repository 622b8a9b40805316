import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Results, resultsSchema } from '../../src/core/results.ts';
import { ended, runCli, startCli, untilSaid } from '../cli/run-cli.ts';
import { processesOf } from './processes-of.ts';

const BROKEN_TARGETS = fileURLToPath(new URL('../runner/fixtures/targets', import.meta.url));

let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'benchwright-faults-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A spec with one deployment per way to fail, and a good one between them. */
function spec(servers: readonly string[]): string {
  const file = join(folder, 'faults.json');
  const deployments = servers.map((server) => ({ id: server, target: 'fixture', server }));
  writeFileSync(
    file,
    JSON.stringify({
      name: 'Faults',
      deployments,
      load: [{ model: 'closed', connections: [2] }],
      repetitions: 3,
      warmup_s: 0.2,
      window_s: 1,
      timeout_s: 1,
    }),
  );
  return file;
}

async function runThroughService(servers: readonly string[]): Promise<Results> {
  const service = startCli([
    'serve',
    '--json',
    '--port',
    '0',
    '--data-dir',
    join(mkdtempSync(join(folder, 'service-')), 'data'),
  ]);
  const closed = ended(service);
  try {
    const [line] = await untilSaid(service, /^\{.*\}$/m);
    const { url, operator_key } = JSON.parse(line) as { url: string; operator_key: string };
    const env = { BENCHWRIGHT_URL: url, BENCHWRIGHT_KEY: operator_key };
    const submitted = JSON.parse((await runCli(['submit', spec(servers), '--json'], { env })).stdout) as { id: string };
    const runner = await runCli(
      ['runner', '--once', '--targets', BROKEN_TARGETS, '--data-dir', join(folder, 'runner')],
      { env, cwd: folder },
    );
    expect(runner.code, runner.stderr).toBe(0);
    return resultsSchema.parse(JSON.parse((await runCli(['results', submitted.id], { env })).stdout));
  } finally {
    service.kill('SIGTERM');
    await closed;
  }
}

describe('targets that fail', () => {
  it('become stored trials with step, reason and last output; the matrix goes on; the third of each is skipped', async () => {
    const results = await runThroughService([
      'dies-at-start',
      'answers-500',
      'good',
      'crashes-in-window',
      'hangs-at-start',
    ]);
    expect(results.experiment.status).toBe('succeeded');
    const of = (deployment: string) =>
      results.trials
        .filter((trial) => trial.deployment === deployment && trial.run === 1)
        .sort((a, b) => a.block - b.block);

    expect(of('good').map((trial) => trial.state)).toEqual(['ok', 'ok', 'ok']);
    expect(of('dies-at-start').map((trial) => [trial.state, trial.step, trial.reason])).toEqual([
      ['error', 'ready', 'exited-early'],
      ['error', 'ready', 'exited-early'],
      ['skipped', 'ready', 'exited-early'],
    ]);
    expect(of('answers-500').at(0)).toMatchObject({
      state: 'error',
      step: 'contract',
      reason: 'contract-mismatch',
      says: expect.stringMatching(/500/),
    });
    expect(of('hangs-at-start').at(0)).toMatchObject({ state: 'error', step: 'ready', reason: 'not-ready' });
    expect(of('crashes-in-window').map((trial) => [trial.state, trial.step, trial.reason])).toEqual([
      ['error', 'window', 'crashed'],
      ['error', 'window', 'crashed'],
      ['skipped', 'window', 'crashed'],
    ]);
    expect(processesOf(folder)).toEqual([]);
  });

  it('end the experiment as failed: no-ok-trial when nothing could be measured', async () => {
    const results = await runThroughService(['answers-wrong']);
    expect(results.experiment).toMatchObject({ status: 'failed', reason: 'no-ok-trial' });
    expect(results.trials[0]?.says).toMatch(/expected/);
    expect(processesOf(folder)).toEqual([]);
  });
});
