import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resultsComparisonSchema } from '../../src/core/compare/compare-results.ts';
import type { Results } from '../../src/core/results.ts';
import { makeGatedResults } from '../fixtures/gated-results.ts';
import { makeResults } from '../fixtures/results.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { makeDataFolder } from './data-folder.ts';
import { ended, runCli, startCli, untilSaid } from './run-cli.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchwright-gate-'));
  makeDataFolder(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(name: string, results: unknown): string {
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify(results));
  return path;
}

const gated = makeGatedResults();
const ending = (over: Partial<Results['experiment']>): Results => ({
  ...gated,
  experiment: { ...gated.experiment, ...over },
});

describe('benchwright gate FILE', () => {
  it.each([
    [
      'failed',
      gated,
      3,
      /gate failed\n {2}failed speed, expected .*\n {4}django-asgi\.w1\.c16: 9\.6 % worse, 0\.912× \(0\.881–0\.944\)/,
    ],
    ['passed', { ...gated, verdict: 'passed' }, 0, /gate passed/],
    ['inconclusive', { ...gated, verdict: 'inconclusive' }, 0, /gate inconclusive, which is no failure/],
    ['none', makeResults(), 0, /no thresholds, so there is nothing to pass or fail/],
    ['of a failed experiment', ending({ status: 'failed', reason: 'no-ok-trial' }), 4, /\(failed: no-ok-trial\)/],
    ['of a canceled experiment', ending({ status: 'canceled', reason: 'canceled' }), 4, /\(canceled\)/],
  ])('%s: says so, with its exit code, and needs no service', async (name, results, code, says) => {
    const run = await runCli(['gate', fileOf(name.replaceAll(' ', '-'), results)]);
    expect(run.stdout).toMatch(says);
    expect([run.code, run.stderr]).toEqual([code, '']);
  });

  it('is one JSON document with --json', async () => {
    const run = await runCli(['gate', fileOf('json', gated), '--json']);
    expect(run.code).toBe(3);
    const { experiment, verdict, thresholds, baseline } = gated;
    const { id, name, status, reason } = experiment;
    expect(JSON.parse(run.stdout)).toEqual({
      experiment: { id, name, status, reason },
      verdict,
      thresholds,
      baseline,
    });
  });

  it('with --wait is refused: nothing is to be waited for in a file', async () => {
    const run = await runCli(['gate', fileOf('waiting', gated), '--wait']);
    expect([run.code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toContain("an experiment's id begins with exp_");
  });

  it('reads a results.json from before there were gates', async () => {
    const { thresholds: _, verdict: __, baseline: ___, ...old } = makeResults();
    const run = await runCli(['gate', fileOf('old', old)]);
    expect([run.code, run.stderr]).toEqual([0, '']);
  });

  it('of an experiment that has not ended is refused, not passed', async () => {
    const run = await runCli(['gate', fileOf('running', makeResults({ done: 5 }))]);
    expect([run.code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toMatch(/has not ended \(5 of 108 trials\): a gate is judged at the end/);
  });

  it.each([
    ['that is not there', join('no', 'such.json'), /there is no such file, and it is no id \(exp_…\)/],
    ['that is not JSON', null, /is not valid JSON/],
    ['that is a list', [], /is not a results\.json: expected an object/],
    ['that is something else', { name: 'a spec' }, /is not a results\.json:\n {2}\/schema_version: expected 1/],
  ])('a file %s is one clear error', async (name, content, says) => {
    const path = typeof content === 'string' ? content : fileOf(name.replaceAll(' ', '-'), content);
    if (content === null) writeFileSync(path, '{"half":');
    const run = await runCli(['gate', path]);
    expect(run.stderr).toMatch(says);
    expect([run.code, run.stdout]).toEqual([2, '']);
  });
});

describe('benchwright compare A B', () => {
  const a = makeResults({ seed: 1, workers: [1], users: null });
  const b = { ...a, experiment: { ...a.experiment, id: 'exp_b' } };

  it('compares two files cell by cell', async () => {
    const files = [fileOf('a', a), fileOf('b', b)];
    const text = await runCli(['compare', ...files]);
    expect(text.stdout).toMatch(/^fastapi\.w1\.c16\n {2}throughput +1\.000× \(0\.\d+–1\.\d+\)/m);
    expect(text.code).toBe(0);
    const json = await runCli(['compare', ...files, '--json']);
    const comparison = resultsComparisonSchema.parse(JSON.parse(json.stdout));
    expect(comparison.cells).toHaveLength(9);
    expect(comparison.not_comparable).toEqual([]);
  });

  it('says why there is nothing to compare, which is no error', async () => {
    const run = await runCli(['compare', fileOf('same', a), fileOf('again', a)]);
    expect(run.stdout).toContain('Not comparable: it is the same experiment.');
    expect(run.code).toBe(0);
  });
});

describe('benchwright gate ID', () => {
  it('asks the service: refused before the end, 4 for what was canceled; submit --gate wants --wait', async () => {
    const child = startCli(['serve', '--json', '--port', '0', '--data-dir', join(folder, 'data')]);
    const closed = ended(child);
    try {
      const [line] = await untilSaid(child, /^\{.*\}$/m);
      const { url, operator_key } = JSON.parse(line) as { url: string; operator_key: string };
      const env = { BENCHWRIGHT_URL: url, BENCHWRIGHT_KEY: operator_key };
      const regression = { metric: 'throughput_rps', worse_by: 0.03, base: 'fastapi', head: 'django' };
      const spec = fileOf('spec', smallSpec({ thresholds: [{ regression }] }));
      const early = await runCli(['submit', spec, '--gate'], { env });
      expect(early.stderr).toContain('--gate wants --wait');
      expect(early.code).toBe(2);

      const { id } = JSON.parse((await runCli(['submit', spec, '--json'], { env })).stdout) as { id: string };
      const running = await runCli(['gate', id], { env });
      expect(running.code).toBe(2);
      expect(running.stderr).toMatch(/not ended/);

      await runCli(['cancel', id], { env });
      const canceled = await runCli(['gate', id, '--json'], { env });
      expect(canceled.code).toBe(4);
      expect(JSON.parse(canceled.stdout)).toMatchObject({
        experiment: { id, status: 'canceled' },
        verdict: 'inconclusive',
        thresholds: [{ id: 'T1', checks: [{ cell: 'django.w1.c16', verdict: 'inconclusive' }] }],
      });
    } finally {
      child.kill('SIGTERM');
      expect((await closed).code).toBe(0);
    }
  });
});
