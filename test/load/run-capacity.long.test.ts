import { describe, expect, test } from 'vitest';
import type { LoadModel } from '../../src/core/load-plan.ts';
import { type LoadMessage, loadResultSchema } from '../../src/core/load-result.ts';
import { run, shortPlan } from './plans.ts';
import { OK_ANSWER, startScriptedServer } from './scripted-server.ts';

const SERVICE_MS = 2;

/** One request at a time, 2 ms each: its capacity is 500/s, near which it queues. */
function singleServer(): Parameters<typeof startScriptedServer>[0] {
  let freeAt = 0;
  return (socket) => {
    freeAt = Math.max(freeAt, performance.now()) + SERVICE_MS;
    const due = freeAt;
    const answer = (): void => {
      if (performance.now() < due) setImmediate(answer);
      else socket.write(OK_ANSWER);
    };
    answer();
  };
}

const search: LoadModel = {
  kind: 'capacity',
  limit: { quantile: 0.9, latency_ms: 30, error_rate: 0.05 },
  start_rps: 150,
  arrivals: 'constant',
  connections: 10,
  max_connections: 300,
};

describe('a capacity search', () => {
  test('finds what a server of one request at a time can do, and reports its best step', async () => {
    await using server = await startScriptedServer(singleServer());
    const messages: LoadMessage[] = [];
    const result = await run(shortPlan(server.port, { model: search, warmup_s: 0.2, window_s: 0.6 }), {
      onMessage: (message) => messages.push(message),
    });
    expect(loadResultSchema.safeParse(result).success).toBe(true);
    const { capacity } = result;
    // At a constant rate nothing queues below 1 / 2 ms.
    expect(capacity?.rate_rps).toBeGreaterThan(350);
    expect(capacity?.rate_rps).toBeLessThan(550);
    expect(capacity?.ended).toMatch(/failed|undecided/);
    expect(result.rate_rps).toBe(capacity?.rate_rps);
    const passed = capacity?.probes.filter(({ outcome }) => outcome === 'passed').map(({ rate_rps }) => rate_rps) ?? [];
    expect(Math.max(...passed)).toBe(capacity?.rate_rps);
    expect(messages.filter(({ type }) => type === 'probe')).toHaveLength(capacity?.probes.length ?? 0);
    expect(capacity?.probes.every((probe) => !('latency_ms' in probe))).toBe(true);
  });
});
