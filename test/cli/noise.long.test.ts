import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { NoiseReport, NoiseTrial } from '../../src/core/noise/noise-report.ts';
import { processesOf } from '../e2e/processes-of.ts';
import { ended, runCli, startCli } from './run-cli.ts';

/** A process ends within the deadline of its own stop, 4 s. */
const WAIT = { timeout: 15_000, interval: 50 };
const SHORT = ['--blocks', '3', '--window', '0.3'];

describe('benchwright noise', () => {
  it('measures one server against itself in shuffled blocks, with the exit code of what it found', async () => {
    const run = await runCli(['noise', ...SHORT, '--json']);
    const { trials, ...report } = JSON.parse(run.stdout) as NoiseReport & { trials: NoiseTrial[] };
    expect(report).toMatchObject({ blocks: 3, window_s: 0.3, server_cpus: expect.any(Array) });
    expect(trials.map(({ block }) => block)).toEqual([1, 1, 2, 2, 3, 3]);
    for (const block of [1, 2, 3])
      expect(
        trials
          .filter((trial) => trial.block === block)
          .map(({ side }) => side)
          .sort(),
      ).toEqual(['a', 'b']);
    // Some tenths of a millisecond of work for each answer: the server sets the rate, not the engine.
    for (const { throughput_rps } of trials) {
      expect(throughput_rps).toBeGreaterThan(100);
      expect(throughput_rps).toBeLessThan(30_000);
    }
    const found = report.metrics.every(({ ratio }) => ratio === null) ? 4 : report.false_alarm ? 3 : 0;
    expect(run.code).toBe(found);
    expect(run.stderr).toContain('run 1 of 6');
  });

  it.each([
    ['interrupted', 'SIGINT', 130],
    ['killed', 'SIGKILL', null],
  ] as const)('leaves no process behind when it is %s', async (_, signal, code) => {
    const folder = mkdtempSync(join(tmpdir(), 'benchwright-noise-'));
    try {
      const child = startCli(['noise', '--blocks', '100', '--window', '60'], { cwd: folder });
      const run = ended(child);
      // Server and engine.
      await vi.waitUntil(() => processesOf(folder).filter((command) => command.includes('main.')).length === 2, WAIT);
      child.kill(signal);
      expect(await run).toMatchObject({ code, stdout: '' });
      await vi.waitUntil(() => processesOf(folder).length === 0, WAIT);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('refuses what is no number of blocks or seconds', async () => {
    const blocks = await runCli(['noise', '--blocks', '2']);
    expect([blocks.code, blocks.stderr]).toEqual([2, expect.stringContaining('expected a whole number from 3 to 100')]);
    const window = await runCli(['noise', '--window', 'long']);
    expect([window.code, window.stderr]).toEqual([2, expect.stringContaining('expected seconds from 0.2 to 60')]);
  });
});
