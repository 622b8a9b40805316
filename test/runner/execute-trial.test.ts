import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { MAX_OUTPUT_BYTES, trialResultSchema } from '../../src/core/trial-result.ts';
import { isListening } from '../../src/runner/ports.ts';
import { ANY_CORES, fixtureTrial, temporaryFolder } from './support/fixture-trial.ts';
import { expectNothingLeft, expectNothingOpen } from './support/nothing-left.ts';

describe('a trial', () => {
  const folder = temporaryFolder();
  afterEach(async () => {
    expectNothingLeft(folder.path);
    await expectNothingOpen();
  });
  afterAll(() => {
    folder[Symbol.dispose]();
    expect(existsSync(folder.path)).toBe(false);
  });
  const trial = (server: string, options: Partial<Parameters<typeof fixtureTrial>[0]> = {}) =>
    fixtureTrial({ folder: folder.path, server, ...options });

  it('of a good server is ok, with load, contract, timing and observation of each second of its window', async () => {
    const result = await trial('good', { window_s: 2 });
    expect(trialResultSchema.parse(result)).toEqual(result);
    expect(result).toMatchObject({ state: 'ok', failure: null, contract_checks: 3 });
    expect(result.argv).toEqual(['node', 'good.js', expect.stringMatching(/^\d+$/), '1']);
    expect(result.load?.ok).toBeGreaterThan(100);
    expect(result.timing.overhead_s).toBeLessThan(3);
    expect(result.versions?.runtime).toEqual({ name: 'node', version: process.version.slice(1) });
    const { observation } = result;
    expect(observation?.seconds.map((second) => second.t_s)).toEqual([0, 1]);
    expect(observation?.server_cpu_s).toBeGreaterThan(0.1);
    expect(observation?.processes_busy).toHaveLength(1);
    expect(observation?.server_rss_peak_mb).toBeGreaterThanOrEqual(observation?.server_rss_idle_mb ?? Infinity);
    expect(await isListening(Number(result.argv[2]))).toBe(false);
  });

  it('of a server that takes connections but never answers ends as not ready at its deadline', async () => {
    const { failure, load } = await trial('hangs-at-start');
    expect(failure).toMatchObject({ step: 'ready', reason: 'not-ready' });
    expect(failure?.says).toMatch(/^No answer from GET \/test within 2 s; at last a connection was taken/);
    expect(load).toBeNull();
  });

  it('of a server whose answer trickles in for ever ends as not ready at its deadline too', async () => {
    const { failure, timing } = await trial('drips');
    expect(failure).toMatchObject({ step: 'ready', reason: 'not-ready' });
    expect(failure?.says).toMatch(/^No answer from GET \/test within 2 s; at last a connection was taken/);
    expect(timing.ready_ms).toBeNull();
  });

  it('of a server that never listens ends as not ready, with what it printed', async () => {
    const { failure } = await trial('never-listens');
    expect(failure).toMatchObject({ step: 'ready', reason: 'not-ready', output: 'still loading\n' });
    expect(failure?.says).toContain('nothing listened');
  });

  it('of a server that dies at the start ends at once, with exit code and last output', async () => {
    const { failure, timing } = await trial('dies-at-start');
    expect(failure).toEqual({
      step: 'ready',
      reason: 'exited-early',
      says: 'The server ended with code 3 before it was ready.',
      output: 'no configuration found\n',
      exit_code: 3,
      signal: null,
    });
    expect(timing.ready_ms).toBeNull();
  });

  it('keeps the last 64 KiB of a flood of output, without terminal sequences', async () => {
    const { failure } = await trial('floods-output');
    expect(failure?.output?.length).toBeLessThanOrEqual(MAX_OUTPUT_BYTES);
    expect(failure?.output?.length).toBeGreaterThan(MAX_OUTPUT_BYTES / 2);
    expect(failure?.output).toMatch(/x{99}\n(?:x{99}\n)*the last words\n$/);
  });

  it('of a program that does not exist says so', async () => {
    const { failure } = await trial('no-such-program');
    expect(failure).toMatchObject({ step: 'start', reason: 'start-failed' });
    expect(failure?.says).toContain('no-such-program-anywhere');
  });

  it('of a server that answers 500 to everything ends at the contract', async () => {
    const { failure } = await trial('answers-500');
    expect(failure).toMatchObject({ step: 'contract', reason: 'contract-mismatch' });
    expect(failure?.says).toBe('GET /test: expected status 200, got 500 with the body the database is not there');
  });

  it('of a server that answers something else ends at the contract, which names the difference', async () => {
    const { failure, contract_checks } = await trial('answers-wrong');
    expect(failure?.says).toBe('GET /test: expected $.message to be "Hello", got "Bye"');
    expect(contract_checks).toBe(0);
  });

  it('of a server that dies at a request of the contract says that it crashed there', async () => {
    const { failure } = await trial('crashes-in-contract');
    expect(failure).toMatchObject({ step: 'contract', reason: 'crashed', signal: 'SIGKILL' });
    expect(failure?.says).toContain('GET /nowhere');
  });

  it('of a server that crashes in the window is an error there, with its last output and what was measured', async () => {
    const { failure, state, load } = await trial('crashes-in-window', { window_s: 5 });
    expect(state).toBe('error');
    expect(failure).toEqual({
      step: 'window',
      reason: 'crashed',
      says: 'The server ended with code 7 in the window.',
      output: 'out of memory, says the fixture\n',
      exit_code: 7,
      signal: null,
    });
    expect(load?.duration_s).toBeLessThan(5);
  });

  it('of a server that stops answering under load is an error: no answer', async () => {
    const { failure } = await trial('stops-answering', { warmup_s: 0.5, timeout_s: 0.4 });
    expect(failure).toMatchObject({ step: 'window', reason: 'no-answer' });
  });

  it('whose load engine is killed in the middle of a line is an error: the engine failed', async () => {
    // In the place of `taskset`, which becomes the engine's process.
    const before = process.env['PATH'] ?? '';
    const bin = join(folder.path, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'taskset'), `#!/bin/sh\nprintf '{"type":"second","sec'\nkill -9 $$\n`, { mode: 0o755 });
    process.env['PATH'] = `${bin}:${before}`;
    try {
      const { failure } = await trial('good', { cores: { ...ANY_CORES, generator: [0] } });
      expect(failure).toMatchObject({ step: 'warmup', reason: 'engine-failed' });
      expect(failure?.says).toContain('was ended by SIGKILL');
    } finally {
      process.env['PATH'] = before;
    }
  });

  it('of a server that eats memory ends it at its limit, with its last output and what was measured', async () => {
    const { failure, state } = await trial('eats-memory', { window_s: 30, limits: { memory_mb: 300 } });
    expect(state).toBe('error');
    expect(failure).toMatchObject({ step: 'window', reason: 'memory-limit', output: 'hungry\n', signal: 'SIGKILL' });
    expect(failure?.says).toMatch(/^The server used \d+ MiB of memory; 300 MiB were allowed\.$/);
  });

  it('of a server that multiplies ends all of it when it has too many processes', async () => {
    const { failure } = await trial('multiplies', { window_s: 30, limits: { processes: 40 } });
    expect(failure).toMatchObject({ step: 'window', reason: 'process-limit', output: 'multiplying\n' });
    expect(failure?.says).toMatch(/^The server had \d+ processes; 40 were allowed\.$/);
  });

  it('of a server that floods its output under load is ended before reading it costs more than a measurement bears', async () => {
    const before = process.memoryUsage.rss();
    const { failure } = await trial('floods-for-ever', { window_s: 30 });
    expect(failure).toMatchObject({ step: expect.stringMatching(/warmup|window/), reason: 'output-limit' });
    expect(failure?.says).toMatch(/^The server wrote more than 8 MiB within one second/);
    expect(failure?.output?.length).toBeGreaterThan(MAX_OUTPUT_BYTES / 2);
    expect(failure?.output?.length).toBeLessThanOrEqual(MAX_OUTPUT_BYTES);
    expect((process.memoryUsage.rss() - before) / 2 ** 20).toBeLessThan(100);
  });

  it('of a server that made itself a daemon is measured, and the daemon ended', async () => {
    const { state, argv } = await trial('daemonises');
    expect(state).toBe('ok');
    expect(await isListening(Number(argv[2]))).toBe(false);
  });

  it('of a server that forks away is ok, and leaves nothing', async () => {
    const { state, timing } = await trial('forks-away');
    expect(state).toBe('ok');
    expect(timing.stop_ms).toBeLessThan(5000);
  });

  it('that is aborted in the window throws the reason, and has stopped generator and server', async () => {
    const controller = new AbortController();
    const reason = new Error('the operator wants an end');
    const steps: string[] = [];
    const running = trial('good', {
      window_s: 60,
      watch: {
        signal: controller.signal,
        onStep: (step) => steps.push(step),
        onMessage: (message) => {
          if (message.type === 'phase' && message.phase === 'window') controller.abort(reason);
        },
      },
    });
    await expect(running).rejects.toBe(reason);
    expect(steps).toEqual(['start', 'ready', 'contract', 'stop']);
  });

  it('that is aborted with a server that ignores SIGTERM leaves nothing either, well within 15 s', async () => {
    const controller = new AbortController();
    const onMessage = () => controller.abort();
    const began = performance.now();
    const running = trial('ignores-sigterm', { window_s: 60, watch: { signal: controller.signal, onMessage } });
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('that is aborted while it waits for readiness ends without waiting', async () => {
    const began = performance.now();
    const running = trial('never-listens', {
      watch: { signal: AbortSignal.timeout(300) },
    });
    await expect(running).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(performance.now() - began).toBeLessThan(1900);
  });
});
