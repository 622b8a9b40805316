import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { resultsSchema } from '../../src/core/results.ts';
import { ended, runCli, startCli, untilSaid } from '../cli/run-cli.ts';
import { processesOf } from './processes-of.ts';

const TARGETS = fileURLToPath(new URL('../runner/fixtures/targets', import.meta.url));

let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'benchwright-gate-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Nothing answers in a nanosecond, and no request of a server that works fails. */
const THRESHOLDS = [{ id: 'slo', expect: ['latency_mean_ms < 0.000001', 'error_rate == 0'] }];

it('submit --wait --gate fails a measured cell that misses its threshold, and decides nothing by one that is invalid', async () => {
  const spec = join(folder, 'spec.json');
  const few = { model: 'closed', users: [4], think_time_s: { constant: 0.1 }, ramp_users_per_s: 100 };
  const deployments = [{ id: 'good', target: 'fixture', server: 'good' }];
  const times = { repetitions: 3, warmup_s: 0.2, window_s: 1, timeout_s: 1 };
  writeFileSync(spec, JSON.stringify({ name: 'A gate', deployments, load: [few], ...times, thresholds: THRESHOLDS }));
  const service = startCli(['serve', '--json', '--port', '0', '--data-dir', join(folder, 'data')]);
  const closed = ended(service);
  try {
    const [line] = await untilSaid(service, /^\{.*\}$/m);
    const { url, operator_key } = JSON.parse(line) as { url: string; operator_key: string };
    const env = { BENCHWRIGHT_URL: url, BENCHWRIGHT_KEY: operator_key };
    const waiting = startCli(['submit', spec, '--wait', '--gate'], { env });
    const gated = ended(waiting);
    const [id] = await untilSaid(waiting, /exp_\w+/);
    const runner = await runCli(['runner', '--once', '--targets', TARGETS, '--data-dir', join(folder, 'runner')], {
      env,
      cwd: folder,
    });
    expect(runner.code, runner.stderr).toBe(0);
    const gate = await gated;
    const results = resultsSchema.parse(JSON.parse((await runCli(['results', id], { env })).stdout));
    // A host that is too busy may leave nothing to judge; then the gate must not have failed.
    const measured = results.cells[0]?.validity !== 'invalid';
    expect(results.verdict).toBe(measured ? 'failed' : 'inconclusive');
    expect(results.thresholds[0]?.checks.map(({ verdict }) => verdict)).toEqual(
      measured ? ['failed', 'passed'] : ['inconclusive', 'inconclusive'],
    );
    expect(gate.code, gate.stderr).toBe(measured ? 3 : 0);
    expect(gate.stdout).toContain(`A gate: gate ${measured ? 'failed' : 'inconclusive'}`);
    const again = await runCli(['gate', id], { env });
    expect([again.code, again.stdout]).toEqual([gate.code, gate.stdout]);
    const self = await runCli(['compare', id, id], { env });
    expect([self.code, self.stdout]).toEqual([0, expect.stringContaining('it is the same experiment')]);
  } finally {
    service.kill('SIGTERM');
    await closed;
  }
  expect(processesOf(folder)).toEqual([]);
});
