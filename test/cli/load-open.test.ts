import { describe, expect, it } from 'vitest';
import { loadDocumentSchema } from '../../src/core/load-document.ts';
import { loadResultSchema } from '../../src/core/load-result.ts';
import { numberText } from '../../src/core/number-text.ts';
import { startNullServer } from '../../src/load/null-server.ts';
import { OK_ANSWER, startScriptedServer } from '../load/scripted-server.ts';
import { runCli } from './run-cli.ts';

// Nothing here is held to a time.
const short = ['--duration', '0.5', '--warmup', '0.1', '--rehearsal', '0'];

/** What the command says of a server that does nothing. */
async function ofNullServer(options: readonly string[]): Promise<Awaited<ReturnType<typeof runCli>>> {
  const server = await startNullServer();
  try {
    return await runCli(['load', `http://127.0.0.1:${server.port}/`, ...options]);
  } finally {
    await server.close();
  }
}

describe('benchwright load with an open model', () => {
  it.each(['constant', 'poisson'] as const)('plans as many %s arrivals as the rate says', async (arrivals) => {
    const run = await ofNullServer(['--rate', '200', '--arrivals', arrivals, ...short, '--json']);
    const result = loadResultSchema.parse(JSON.parse(run.stdout));
    expect(result).toMatchObject({ model: 'rate', rate_rps: 200, arrivals, requests: 100, connections: 1000 });
    expect(result.ok + result.not_sent).toBe(100);
  });

  it('prints what was offered and answered, and the trust line last', async () => {
    const run = await ofNullServer(['--rate', '100', ...short]);
    expect(run.stdout).toMatch(/^100 requests\/s, Poisson arrivals, 0\.500 s after 0\.100 s of warm-up$/m);
    expect(run.stdout).toMatch(/^Answered {4}\d+ of 50 planned in the window \(\d+ %\)$/m);
    expect(run.stdout).toMatch(/^Connections \d+ open at most, of 1,000 that there may be/m);
    expect(run.stdout.trim().split('\n').at(-1)).toMatch(/^Trust: (yes|in part|no)\. /);
    expect([run.code, run.stderr]).toEqual([0, '']);
  });

  it('says of an overload how much was answered in the window, and finds it, though all was answered in the end', async () => {
    // A server of two hundred a second is asked for six hundred.
    await using server = await startQueue(5);
    const args = ['load', `http://127.0.0.1:${server.port}/`, '--rate', '600', '--arrivals', 'constant', ...short];
    const document = loadDocumentSchema.parse(JSON.parse((await runCli([...args, '--json'])).stdout));
    expect([document.ok, document.requests]).toEqual([300, 300]);
    expect(document.findings.map(({ rule }) => rule)).toContain('overloaded');
    const { stdout } = await runCli(args);
    expect(stdout).toMatch(/^Answered {4}\d+ of 300 planned in the window \([1-6]?\d %\)$/m);
    expect(stdout).toMatch(/^SUSPECT overloaded: Of 300 requests that arrived in the window/m);
    expect(stdout.trim().split('\n').at(-1)).toMatch(/^Trust: (?:in part|no)\. /);
  });

  it('takes stages for the window', async () => {
    const run = await ofNullServer([
      '--stages',
      '100:200ms,100-300:200ms,300:100ms',
      '--warmup',
      '0',
      '--rehearsal',
      '0',
      '--json',
    ]);
    const result = loadResultSchema.parse(JSON.parse(run.stdout));
    expect(result).toMatchObject({ model: 'stages', requests: 20 + 40 + 30 });
    expect(result.rate_rps).toBeCloseTo(180, 6);
  });

  it('runs on two threads and by undici as it does on one', async () => {
    for (const options of [
      ['--threads', '2'],
      ['--driver', 'undici'],
    ]) {
      const run = await ofNullServer(['--rate', '200', ...options, ...short, '--json']);
      const result = loadResultSchema.parse(JSON.parse(run.stdout));
      expect([result.requests, result.ok + result.not_sent]).toEqual([100, 100]);
    }
  });

  it.each([
    ['--rate', '20'],
    ['--connections', '4'],
    ['--latency-limit', 'p95<50ms'],
  ])('sends no load to a server that takes a request and never answers: exit code 2 (%s)', async (...model) => {
    await using server = await startScriptedServer(() => undefined);
    const url = `http://127.0.0.1:${server.port}/`;
    const run = await runCli(['load', url, ...model, ...short, '--timeout', '0.3', '--json']);
    expect(run.code).toBe(2);
    const { error } = JSON.parse(run.stdout) as { error: string };
    expect(error).toBe(`no answer from ${url} within 0.3 s: the server took the request and was silent`);
    expect(server.requests()).toBe(1);
  });
});

/** Serves one request at a time, each in so many milliseconds: more than 1000/ms a second it cannot. */
function startQueue(serviceMs: number): ReturnType<typeof startScriptedServer> {
  let free = 0;
  return startScriptedServer((socket) => {
    const now = performance.now();
    free = Math.max(now, free) + serviceMs;
    setTimeout(() => socket.write(OK_ANSWER), free - now);
  });
}

describe('benchwright load with a latency limit', () => {
  // Whether the generator was late depends on what else runs here: what a search finds on a quiet host is tested with the engine.
  const search = ['--arrivals', 'constant', '--error-limit', '50%', '--warmup', '0', '--rehearsal', '0', '--duration'];

  it('answers with the highest of the rates that kept it, and says each step when it is known', async () => {
    await using server = await startQueue(10);
    const url = `http://127.0.0.1:${server.port}/`;
    const limits = ['--latency-limit', 'p50<40ms', '--start-rate', '80'];
    const run = await runCli(['load', url, ...limits, ...search, '0.2', '--json']);
    const { capacity, model, rate_rps } = loadResultSchema.parse(JSON.parse(run.stdout));
    const { limit, probes, rate_rps: highest } = capacity!;
    expect([run.code, model]).toEqual([0, 'rate']);
    expect(limit).toEqual({ quantile: 0.5, latency_ms: 40, error_rate: 0.5 });
    expect(probes[0]!.rate_rps).toBe(80);
    const passed = probes.filter(({ outcome }) => outcome === 'passed').map((probe) => probe.rate_rps);
    expect(highest ?? 0).toBe(Math.max(0, ...passed));
    // A server of a hundred a second answers half of two hundred late by more than 40 ms.
    expect(highest ?? 0).toBeLessThan(200);
    expect(highest === null ? null : rate_rps).toBe(highest);
    const lines = probes.map(
      (probe) => `${numberText(probe.rate_rps)}/s for ${numberText(probe.window_s)} s: ${probe.outcome}`,
    );
    expect(run.stderr.trim().split('\n')).toEqual(lines);
  });

  it('says why there is no such rate where no request is fast enough, and shows no latencies', async () => {
    await using server = await startQueue(10);
    const url = `http://127.0.0.1:${server.port}/`;
    // Four requests, all too slow, are as few as can say that less than half keep a limit.
    const run = await runCli(['load', url, '--latency-limit', 'p50<1ms', '--start-rate', '1', ...search, '4']);
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/^ +1 +4 s +(?:failed|void) +100 % \(/m);
    expect(run.stdout).toMatch(/^(?:No rate|Nothing can be said of the server)/m);
    expect(run.stdout).not.toMatch(/^Latency/m);
    expect(run.stdout.trim().split('\n').at(-1)).toMatch(/^Trust: /);
  });
});
