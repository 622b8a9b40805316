import { Agent, Client, request } from 'undici';
import { describe, expect, test } from 'vitest';
import { isAlive } from '../../plans.ts';
import { lastOnes, meanInFlight, residencesMs } from './truth-record.ts';
import { Delays, NEVER, type TruthScript } from './truth-script.ts';
import { startTruthServer, type TruthServer } from './truth-server.ts';

/** Asks for one number after the other on one connection each; gives the times that the client saw (ms). */
async function ask(server: TruthServer, numbers: readonly number[]): Promise<number[]> {
  const agent = new Agent({ connections: null });
  try {
    return await Promise.all(
      numbers.map(async (number) => {
        const begun = performance.now();
        const { body } = await request(`http://127.0.0.1:${server.port}/truth/${number}`, { dispatcher: agent });
        expect(await body.json()).toEqual({ ok: true });
        return performance.now() - begun;
      }),
    );
  } finally {
    await agent.close();
  }
}

describe('the delays of a script', () => {
  test('belong to the number of the request, whatever the order in which they come', () => {
    const script: TruthScript = { kind: 'lognormal', seed: 3, median_ms: 10, sigma: 0.5, most_ms: 100 };
    const [a, b] = [new Delays(script), new Delays(script)];
    const forth = [1, 2, 3, 4, 5].map((number) => a.of(number));
    const back = [5, 4, 3, 2, 1].map((number) => b.of(number)).reverse();
    expect(back).toEqual(forth);
    expect(new Set(forth).size).toBe(5);
  });

  test('have the shares and the spread that the script says', () => {
    const script = { kind: 'bimodal', seed: 1, fast_ms: 10, slow_ms: 50, slow_share: 0.2, spread: 0.1 } as const;
    const delays = new Delays(script);
    const all = Array.from({ length: 20_000 }, (_, i) => delays.of(i + 1));
    const slow = all.filter((ms) => ms > 30);
    expect(slow.length / all.length).toBeCloseTo(0.2, 1);
    expect([Math.min(...all) >= 9, Math.max(...all) <= 55, Math.min(...slow) >= 45]).toEqual([true, true, true]);
  });

  test('of a lognormal one have its median and its spread', () => {
    const delays = new Delays({ kind: 'lognormal', seed: 1, median_ms: 20, sigma: 0.5, most_ms: 1000 });
    const logs = Array.from({ length: 20_000 }, (_, i) => Math.log(delays.of(i + 1)));
    const mean = logs.reduce((a, b) => a + b, 0) / logs.length;
    expect(Math.exp(mean)).toBeCloseTo(20, 0);
    expect(Math.sqrt(logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / logs.length)).toBeCloseTo(0.5, 1);
  });

  test('are those of the list, and then the rest', () => {
    const delays = new Delays({ kind: 'list', ms: [5, 7], rest_ms: 1 });
    expect([1, 2, 3].map((number) => delays.of(number))).toEqual([5, 7, 1]);
  });

  test('never end for every so many-th, which another server resets', () => {
    const delays = new Delays({ kind: 'faulty', ms: 2, hang_every: 3, reset_every: 2 });
    expect([1, 2, 3, 6].map((number) => delays.of(number))).toEqual([2, 2, NEVER, NEVER]);
    expect([1, 2, 3, 6].map((number) => delays.isReset(number))).toEqual([false, true, false, true]);
  });
});

describe('the truth server', () => {
  test('answers after its delays, stamps what it did, and tells who asked', async () => {
    await using server = await startTruthServer({ kind: 'list', ms: [30, 60, 90], rest_ms: 0 });
    const seen = await ask(server, [3, 1, 2, 4]);
    const record = await server.record();
    expect(record.numbers.toSorted()).toEqual(Float64Array.of(1, 2, 3, 4));
    expect(record.connections).toBe(4);
    const residences = lastOnes(record, 4).map((i) => record.written_ms[i]! - record.read_ms[i]!);
    [30, 60, 90, 0].forEach((ms, i) => expect(residences[i]).toBeGreaterThanOrEqual(ms));
    // A client sees what the server took, and more.
    expect(seen[0]).toBeGreaterThanOrEqual(residences[2]!);
    expect(record.watched_ms).toBeGreaterThan(90);
  });

  test('of a queue serves one after the other, and says how long each kept it busy', async () => {
    await using server = await startTruthServer({ kind: 'queue', seed: 1, mean_ms: 20, service: 'constant' });
    await ask(server, [1, 2, 3, 4, 5]);
    const record = await server.record();
    for (const ms of record.service_ms) expect(ms).toBeGreaterThanOrEqual(20);
    const ends = [...record.written_ms].sort((a, b) => a - b);
    ends.slice(1).forEach((end, i) => expect(end - ends[i]!).toBeGreaterThanOrEqual(20));
  });

  test('knows for how long it was stopped', async () => {
    await using server = await startTruthServer({ kind: 'constant', ms: 0 });
    const client = new Client(`http://127.0.0.1:${server.port}`);
    const askOnce = async (): Promise<void> => {
      const { body } = await client.request({ path: '/truth/1', method: 'GET' });
      await body.dump();
    };
    await askOnce();
    // It is connected, so it spins.
    process.kill(server.pid, 'SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 150));
    process.kill(server.pid, 'SIGCONT');
    await askOnce();
    const { longest_pause_ms, stood_ms } = await server.record();
    await client.close();
    expect(longest_pause_ms).toBeGreaterThan(140);
    expect(stood_ms).toBeGreaterThan(140);
  });

  test('is gone when it was disposed of, also while it is stopped', async () => {
    let pid = 0;
    {
      await using server = await startTruthServer({ kind: 'constant', ms: 0 });
      ({ pid } = server);
      process.kill(pid, 'SIGSTOP');
    }
    expect(isAlive(pid)).toBe(false);
  });
});

describe('what a record says', () => {
  const record = {
    numbers: Float64Array.of(2, 1, 3),
    read_ms: Float64Array.of(10, 12, 20),
    written_ms: Float64Array.of(16, 14, Number.NaN),
  };

  test('is of the last so many numbers, in their order', () => {
    expect(lastOnes(record, 2)).toEqual([0, 2]);
    expect(lastOnes(record, 3)).toEqual([1, 0, 2]);
    expect(() => lastOnes(record, 4)).toThrow('no request 0 of 3');
  });

  test('has residences of those that were answered, ascending', () => {
    expect([...residencesMs(record, [0, 1, 2])]).toEqual([2, 6]);
  });

  test('has a mean in flight by the time that each was there', () => {
    // 6 of the first, 2 of the second, 10 of the one that never ended, over 20.
    expect(meanInFlight(record, 10, 30)).toBe(18 / 20);
    expect(meanInFlight(record, 14, 16)).toBe(1);
  });
});
