import { describe, expect, test } from 'vitest';
import type { LoadResult } from '../../../src/core/load-result.ts';
import { judgeHugeBody } from './huge-body.ts';
import { ODD_ANSWERS, type OddAnswer } from './odd-answers.ts';
import { judgeOddAnswers, type OddRun } from './odd-runs.ts';

const NONE = { connect: 0, reset: 0, timeout: 0, http_4xx: 0, http_5xx: 0, contract: 0, protocol: 0 };
const generator = { busy: 0, cpu_s: 0, gc_ms: 0, rss_mb: 90 };
const resultOf = (change: Partial<LoadResult>): LoadResult =>
  ({
    requests: 4,
    ok: 0,
    not_sent: 0,
    sent_total: 4,
    failed: NONE,
    body_bytes_mean: null,
    generator,
    ...change,
  }) as LoadResult;
const odd = (is: OddAnswer['is'], body_bytes?: number): OddAnswer => ({
  name: 'an answer',
  is,
  body_bytes,
  script: () => undefined,
});
const judged = (run: OddRun): boolean => judgeOddAnswers([run], 1).passed;

describe('odd answers (T14)', () => {
  const garbage: OddRun = { odd: odd('protocol'), result: resultOf({ failed: { ...NONE, protocol: 4 } }), seen: 4 };
  const good: OddRun = { odd: odd('ok', 11), result: resultOf({ ok: 4, body_bytes_mean: 11 }), seen: 4 };

  test('are right when class, counts, bytes and memory are', () => {
    expect([judged(garbage), judged(good)]).toEqual([true, true]);
  });

  test.each([
    ['garbage is taken for an answer', { ...garbage, result: resultOf({ ok: 4 }) }],
    ['it has another class', { ...garbage, result: resultOf({ failed: { ...NONE, timeout: 4 } }) }],
    ['only most of it has its class', { ...garbage, result: resultOf({ failed: { ...NONE, protocol: 3, reset: 1 } }) }],
    ['a request was lost', { ...garbage, result: resultOf({ failed: { ...NONE, protocol: 3 } }) }],
    ['it was asked for twice', { ...garbage, seen: 8 }],
    ['bytes are miscounted', { ...good, result: resultOf({ ok: 4, body_bytes_mean: 12 }) }],
    [
      'all of it was kept',
      { ...good, result: resultOf({ ok: 4, body_bytes_mean: 11, generator: { ...generator, rss_mb: 900 } }) },
    ],
  ])('are wrong when %s', (_, run) => {
    expect(judged(run)).toBe(false);
  });

  test('are all to be met, each under a name of its own', () => {
    expect(judgeOddAnswers([good], 2).passed).toBe(false);
    expect(new Set(ODD_ANSWERS.map(({ name }) => name)).size).toBe(ODD_ANSWERS.length);
  });
});

describe('a huge body (T14)', () => {
  const whole = resultOf({ requests: 3, ok: 3, body_bytes_mean: 1e9 });

  test('is counted to the byte in little memory', () => {
    expect(judgeHugeBody(whole, 1e9).passed).toBe(true);
  });

  test.each([
    ['a byte is missing', { body_bytes_mean: 1e9 - 1 }],
    ['none came', { ok: 0, requests: 0, body_bytes_mean: null }],
    ['it was kept', { generator: { ...generator, rss_mb: 1100 } }],
  ])('is wrong when %s', (_, change) => {
    expect(judgeHugeBody({ ...whole, ...change }, 1e9).passed).toBe(false);
  });
});
