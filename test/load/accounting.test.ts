import { describe, expect, test } from 'vitest';
import { loadResultSchema } from '../../src/core/load-result.ts';
import { failedCount, recordedCount, recordedMs, run, shortPlan } from './plans.ts';
import { OK_ANSWER, startScriptedServer } from './scripted-server.ts';

const DELAY_MS = 5;

describe.concurrent('the accounts of a run', () => {
  test('add up exactly, and to what the server saw', async () => {
    await using server = await startScriptedServer((socket) => void socket.write(OK_ANSWER));
    const result = await run(shortPlan(server.port, { model: { kind: 'connections', connections: 8 } }));
    expect(loadResultSchema.parse(result)).toEqual(result);
    expect(result.sent_total).toBe(server.requests());
    expect(server.connections()).toBe(8);
    expect(result.requests).toBe(result.ok + failedCount(result) + result.not_sent);
    expect([failedCount(result), result.not_sent]).toEqual([0, 0]);
    expect(result.requests).toBeGreaterThan(100);
    for (const histogram of ['latency', 'latency_ok', 'service', 'sched_lag', 'conn_wait', 'turn'] as const) {
      expect([histogram, recordedCount(result, histogram)]).toEqual([histogram, result.requests]);
    }
    expect(result.seconds.reduce((sum, row) => sum + row.answered, 0)).toBe(result.sent_total);
    const inWindow = result.seconds.filter((row) => row.phase === 'window');
    expect(inWindow.reduce((sum, row) => sum + row.answered, 0)).toBe(result.answered_in_window);
    expect(inWindow.reduce((sum, row) => sum + row.bytes, 0)).toBe(result.bytes);
    expect(result.bytes).toBe(result.answered_in_window * OK_ANSWER.length);
    expect(result.throughput_rps).toBeCloseTo(result.ok_in_window / result.duration_s, 6);
    expect([result.body_bytes_mean, result.error_rate, result.users]).toEqual([11, 0, null]);
  });

  test("obey Little's law: requests/s × latency = connections", async () => {
    await using server = await startScriptedServer(
      (socket) => void setTimeout(() => socket.write(OK_ANSWER), DELAY_MS),
    );
    const result = await run(shortPlan(server.port, { model: { kind: 'connections', connections: 8 }, window_s: 1 }));
    const n = (result.answered_rps * result.latency_ms.mean!) / 1000;
    expect(n / 8).toBeGreaterThan(0.95);
    expect(n / 8).toBeLessThan(1.05);
  });

  test('never give less latency than the server took', async () => {
    await using server = await startScriptedServer(
      (socket) => void setTimeout(() => socket.write(OK_ANSWER), DELAY_MS),
    );
    const result = await run(shortPlan(server.port));
    // setTimeout may fire up to 1 ms early, as Node rounds its clock.
    expect(recordedMs(result, 'service', 0.001)).toBeGreaterThan(DELAY_MS - 1.1);
    expect(recordedMs(result, 'latency', 0.5)).toBeGreaterThanOrEqual(recordedMs(result, 'service', 0.5));
  });

  test('leave out what was planned in the warm-up, also when its answer comes in the window', async () => {
    const slow = 1000;
    await using server = await startScriptedServer((socket, _, nOnSocket) => {
      setTimeout(() => socket.write(OK_ANSWER), nOnSocket === 1 ? slow : 2);
    });
    const result = await run(shortPlan(server.port, { warmup_s: 0.3, window_s: 1.5 }));
    expect(recordedMs(result, 'latency', 1)).toBeLessThan(slow * 0.9);
    // Answered in the window: all that were planned in it, but for those answered after it, and the four slow ones.
    expect(result.answered_in_window).toBe(result.requests - result.in_flight_at_end + 4);
    expect(result.sent_total).toBe(result.requests + 4);
    expect(result.seconds.map((row) => row.phase)).toContain('window');
  });
});

describe.concurrent('users', () => {
  test('arrive at the ramp, think as declared, and obey Little’s law with their think time', async () => {
    await using server = await startScriptedServer((socket) => void socket.write(OK_ANSWER));
    const users = 20;
    const phases: string[] = [];
    const result = await run(
      shortPlan(server.port, {
        model: { kind: 'users', users, think_time: { kind: 'uniform', lo_s: 0.02, hi_s: 0.04 }, ramp_users_per_s: 50 },
        warmup_s: 0.2,
        window_s: 1.5,
      }),
      { onMessage: (message) => void (message.type === 'phase' && phases.push(message.phase)) },
    );
    expect(phases).toEqual(['ramp', 'warmup', 'window', 'drain']);
    expect(result.ramp_s).toBeCloseTo(users / 50, 6);
    expect(result.sent_total).toBe(server.requests());
    expect(server.connections()).toBe(users);
    expect(result.think_time_mean_s).toBeGreaterThan(0.029);
    expect(result.think_time_mean_s).toBeLessThan(0.031);
    const n = result.answered_rps * (result.latency_ms.mean! / 1000 + result.think_time_mean_s!);
    expect(n / users).toBeGreaterThan(0.95);
    expect(n / users).toBeLessThan(1.05);
    expect(result.seconds.find((row) => row.phase === 'window')?.users).toBe(users);
  });
});
