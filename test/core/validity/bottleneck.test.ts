import { describe, expect, test } from 'vitest';
import {
  type BottleneckFacts,
  bottleneckOf,
  generatorBound,
  serverBusy,
} from '../../../src/core/validity/bottleneck.ts';
import { connectionsCell, makeTrial } from '../../fixtures/cell-facts.ts';

/** 16 connections, nothing saturated, half the connections gave clearly less. */
const FREE: BottleneckFacts = {
  generator_busy: 0.3,
  answered_rps: 1000,
  offered_rps: null,
  users: null,
  probe_service_ms: 1,
  server_busy: 0.6,
  lower_rps: 700,
};
/** 50 users who think 1.5 s and wait 10 ms can ask for at most 33.1 requests/s. */
const WAITING: BottleneckFacts = {
  ...FREE,
  users: { n: 50, think_time_mean_s: 1.5, latency_mean_ms: null },
  probe_service_ms: 10,
  answered_rps: 33,
  lower_rps: null,
};

describe('the label is the first that applies', () => {
  test.each<[string | null, BottleneckFacts]>([
    ['mixed', FREE],
    ['generator-bound', { ...FREE, generator_busy: 0.8, server_busy: 1 }],
    ['mixed', { ...FREE, generator_busy: 0.79 }],
    ['load-limited', WAITING],
    ['load-limited', { ...WAITING, server_busy: 0.99 }],
    ['generator-bound', { ...WAITING, generator_busy: 0.9 }],
    ['server-bound', { ...WAITING, answered_rps: 31, server_busy: 0.9 }],
    ['server-bound', { ...FREE, server_busy: 0.85, lower_rps: 1000 }],
    ['pool-bound', { ...FREE, lower_rps: 950 }],
    ['mixed', { ...FREE, lower_rps: 949 }],
    ['mixed', { ...FREE, lower_rps: null }],
    ['mixed', { ...FREE, users: { n: 50, think_time_mean_s: 0, latency_mean_ms: 10 } }],
    [null, { ...FREE, server_busy: null }],
    // Arrivals that wait for nobody: who answers 95 of 100 of them has kept up, whatever its CPU.
    ['load-limited', { ...FREE, offered_rps: 1050, server_busy: 0.99 }],
    ['server-bound', { ...FREE, offered_rps: 1100, server_busy: 0.99 }],
    ['generator-bound', { ...FREE, offered_rps: 1000, generator_busy: 0.9 }],
  ])('%s', (label, facts) => {
    expect(bottleneckOf(facts)).toBe(label);
  });

  test('0.95 of what the users could ask for is load-limited, less is not', () => {
    const most = 50 / 1.51;
    expect(bottleneckOf({ ...WAITING, answered_rps: 0.951 * most })).toBe('load-limited');
    expect(bottleneckOf({ ...WAITING, answered_rps: 0.949 * most })).toBe('mixed');
  });

  test('a short window that counted 7 % too few answers by chance is told by the latency: nobody waited long', () => {
    // 10 users, 5 s: 31 answers instead of 33; 12 ms of latency against 10 ms alone.
    const users = { n: 10, think_time_mean_s: 1.5, latency_mean_ms: 12 };
    expect(bottleneckOf({ ...WAITING, users, answered_rps: 6.2 })).toBe('load-limited');
    expect(bottleneckOf({ ...WAITING, users: { ...users, latency_mean_ms: 100 }, answered_rps: 6.2 })).toBe('mixed');
  });

  test('without a probe the users are taken to wait for nothing, so the label is rarer, never wrong', () => {
    // 10 users thinking 0.1 s against 20 ms of service: 83 requests/s are all they can ask for.
    const users = { n: 10, think_time_mean_s: 0.1, latency_mean_ms: null };
    expect(bottleneckOf({ ...WAITING, users, probe_service_ms: 20, answered_rps: 83 })).toBe('load-limited');
    expect(bottleneckOf({ ...WAITING, users, probe_service_ms: null, answered_rps: 83 })).toBe('mixed');
  });
});

describe('serverBusy', () => {
  test.each([
    ['one busy worker on three cores', [0.97], 1, 3, 0.97],
    ['two of four workers busy', [1, 0.9, 0.1, 0], 4, 4, 0.5],
    ['the supervisor beside four workers does not count', [0.9, 0.9, 0.9, 0.9, 0.01], 4, 8, 0.9],
    ['four workers taking turns on one core', [0.25, 0.25, 0.25, 0.24], 4, 1, 0.99],
    ['one process on more than one core counts as one', [1.3], 1, 4, 1],
  ])('%s', (_, busy, workers, cores, expected) => {
    expect(serverBusy(busy, workers, cores)).toBeCloseTo(expected, 10);
  });

  test('is unknown when no process was seen', () => {
    expect(serverBusy([], 1, 3)).toBeNull();
  });
});

test('a generator 80 % busy makes its trial invalid, at 79 % it does not', () => {
  const trial = (generator_busy: number) => makeTrial({ cell: connectionsCell(), generator_busy });
  expect(generatorBound(trial(0.8))).toMatchObject([
    { rule: 'bottleneck', severity: 'INVALID', evidence: { generator_busy: 0.8 } },
  ]);
  expect(generatorBound(trial(0.79))).toEqual([]);
});
