import { describe, expect, test } from 'vitest';
import { judgeQueue, lindleyMs } from './lindley.ts';
import { servicesMs } from './paused-queue.ts';

const stamps = {
  planned: [0, 10, 12, 30],
  // The second finds a server that was not given its core from 1004 to 1013; the third waits for the second; the fourth for nobody.
  read_ms: [1000, 1013, 1017.5, 1030.5],
  unread_ms: [0.01, 9, 13, 0.01],
  written_ms: [1004, 1017, 1021.5, 1034.5],
  service_ms: [4, 4, 4, 4],
};

describe('what a server of a queue was busy with', () => {
  test('has a pause of an idle server with the request that came in it, from its planned time', () => {
    expect([...servicesMs(stamps)]).toEqual([4, 7, 4.5, 4]);
  });

  test('has no pause for a request that came late', () => {
    expect(servicesMs({ ...stamps, unread_ms: [0.01, 0.01, 13, 0.01] })[1]).toBe(4);
  });

  test('is not what a generator was late by, also in a busy period', () => {
    // Planned while the first is served until 4, and sent at 6.
    const late = { planned: [0, 1], read_ms: [0, 6], unread_ms: [0.01, 0.01], written_ms: [4, 10], service_ms: [4, 4] };
    expect([...servicesMs(late)]).toEqual([4, 4]);
  });
});

describe('a generator in front of a queue (T8)', () => {
  const SERVICE_MS = 4;
  const REQUESTS = 1000;
  /** 125 requests/s, in pairs: the second of each waits. */
  const planned = Array.from({ length: REQUESTS }, (_, i) => 16 * Math.floor(i / 2) + (i % 2));

  /** What the server stamps and the engine sees of sends that are late by so much. */
  function judged(lateMs: (i: number) => number): boolean {
    const services = planned.map(() => SERVICE_MS);
    const sent = planned.map((time, i) => time + lateMs(i));
    const written = [...lindleyMs(sent, services)].map((ms, i) => sent[i]! + ms);
    const latencies = written.map((end, i) => end - planned[i]!).sort((a, b) => a - b);
    const found = servicesMs({
      planned,
      read_ms: written.map((end) => end - SERVICE_MS),
      unread_ms: planned.map(() => 0.01),
      written_ms: written,
      service_ms: services,
    });
    return judgeQueue({
      planned,
      services: found,
      requests: REQUESTS,
      rate_rps: 125,
      mean_ms: latencies.reduce((sum, ms) => sum + ms, 0) / REQUESTS,
      p95_ms: latencies[Math.ceil(0.95 * REQUESTS) - 1]!,
      floor_ms: 0.15,
    }).passed;
  }

  test('passes when it sends in time', () => {
    expect(judged(() => 0)).toBe(true);
  });

  test.each([
    ['each request but the first is 3 ms late', (i: number) => (i === 0 ? 0 : 3)],
    ['each of a busy period is late by more than is left of it', (i: number) => (i % 2 === 1 ? 5 : 0)],
    ['one in ten is 8 ms late', (i: number) => (i % 10 === 9 ? 8 : 0)],
  ])('is refused when %s', (_, lateMs) => {
    expect(judged(lateMs)).toBe(false);
  });
});
