import { describe, expect, test } from 'vitest';
import { resultsSchema } from '../../../src/core/results.ts';
import { summarise } from '../../fixtures/experiment-facts.ts';
import { openExperiment } from '../../fixtures/open-experiment.ts';

const results = summarise(openExperiment());
const cellOf = (slug: string) => results.cells.find((cell) => cell.cell === slug)!;

describe('an experiment of open and capacity families', () => {
  test('has results of the documented shape', () => {
    expect(resultsSchema.parse(results)).toEqual(results);
    expect(results.cells.map((cell) => cell.cell)).toEqual([
      'fastapi.w1.r100',
      'fastapi.w1.r400',
      'fastapi.w1.stages',
      'fastapi.w1.cap',
      'django-asgi.w1.r100',
      'django-asgi.w1.r400',
      'django-asgi.w1.stages',
      'django-asgi.w1.cap',
    ]);
  });

  test('labels who kept up with the rate as load-limited, and who did not by what bound it', () => {
    expect(
      ['fastapi.w1.r400', 'django-asgi.w1.r100', 'django-asgi.w1.stages'].map((c) => cellOf(c).bottleneck),
    ).toEqual(Array.from({ length: 3 }, () => 'load-limited'));
    expect(cellOf('django-asgi.w1.r400').bottleneck).toBe('server-bound');
    expect(cellOf('django-asgi.w1.cap').bottleneck).toBe('server-bound');
  });

  test('shows no latency of an overloaded cell, and its throughput as what can be served', () => {
    const cell = cellOf('django-asgi.w1.r400');
    expect(cell.latency_p95_ms).toMatchObject({ value: null, reason: 'overloaded' });
    expect(cell.throughput_rps.value).toBeCloseTo(241, 0);
    expect(cell).toMatchObject({ validity: 'suspect', n: 5 });
    expect(cell.findings.filter((f) => f.rule === 'overloaded')).toHaveLength(5);
    expect(cellOf('fastapi.w1.r400').findings.map((f) => f.rule)).not.toContain('closed-loop');
  });

  test('fails the gate of who collapsed, by latency and by throughput, and leaves that of who kept up as it is', () => {
    const rate = { rate_rps: 400 };
    const judged = summarise(
      openExperiment({
        thresholds: [
          { cells: rate, expect: ['latency_p95_ms < 8', 'throughput_rps >= 390'] },
          {
            regression: { metric: 'latency_p95_ms', worse_by: 0.1, base: 'fastapi', head: 'django-asgi' },
            cells: rate,
          },
          {
            regression: { metric: 'throughput_rps', worse_by: 0.1, base: 'fastapi', head: 'django-asgi' },
            cells: rate,
          },
        ],
      }),
    ).thresholds.flatMap(({ checks }) => checks.map((c) => [c.cell, c.metric, c.verdict, c.reason]));
    expect(judged).toEqual([
      ['fastapi.w1.r400', 'latency_p95_ms', 'passed', null],
      ['django-asgi.w1.r400', 'latency_p95_ms', 'failed', 'overloaded'],
      ['fastapi.w1.r400', 'throughput_rps', 'inconclusive', 'load-limited'],
      ['django-asgi.w1.r400', 'throughput_rps', 'failed', null],
      ['django-asgi.w1.r400', 'latency_p95_ms', 'failed', 'overloaded'],
      ['django-asgi.w1.r400', 'throughput_rps', 'failed', null],
    ]);
  });

  test('has a capacity with its interval where one was sought, and says of the others that there is none', () => {
    const { value, lo, hi } = cellOf('django-asgi.w1.cap').capacity_rps;
    expect(value).toBeCloseTo(250.75, 2);
    // Searches end within 5 % of the capacity: that much uncertainty remains however equal they are.
    expect(hi! / lo!).toBeGreaterThan(1 + 0.05 / Math.sqrt(12));
    expect(cellOf('fastapi.w1.r100').capacity_rps).toMatchObject({ value: null, reason: 'not-measured' });
    expect(results.trials.find((t) => t.cell === 'fastapi.w1.cap')?.capacity_rps).toBeCloseTo(1000, -1);
    expect(results.trials.find((t) => t.cell === 'fastapi.w1.r100')).toMatchObject({
      rate_rps: 100,
      capacity_rps: null,
    });
  });

  test('compares capacities with each other, and throughput where one did not keep up', () => {
    const of = (cell: string) =>
      results.comparisons
        .filter((c) => c.cell_a === cell)
        .map(({ metric, verdict, reason }) => [metric, verdict, reason]);
    expect(of('fastapi.w1.cap')).toEqual([['capacity_rps', 'faster', null]]);
    expect(of('fastapi.w1.r400')).toContainEqual(['throughput_rps', 'faster', null]);
    expect(of('fastapi.w1.r400')).toContainEqual(['latency_p95_ms', 'not-testable', 'overloaded']);
    expect(of('fastapi.w1.r100')).toContainEqual(['throughput_rps', 'not-testable', 'load-limited']);
  });

  test('answers in words that name rates, stages and the limit', () => {
    const answer = results.answer.join('\n');
    expect(answer).toContain('kept up with the rate');
    expect(answer).toContain('At 400 requests/s fastapi (ASGI), still keeping up with the rate, served');
    expect(answer).toMatch(
      /Within p95 ≤ 50 ms, errors ≤ 1 % fastapi \(ASGI\) served 4\.00× \(.*\) what django \(ASGI\) served/,
    );
    expect(answer).not.toMatch(/users|undefined|NaN/);
  });
});

describe('a gate over capacities', () => {
  const gated = (thresholds: unknown[]) =>
    summarise(openExperiment({ thresholds })).thresholds[0]!.checks.map(({ cell, verdict }) => [cell, verdict]);

  test('judges the capacity cells only', () => {
    expect(gated([{ expect: ['capacity_rps > 500'] }])).toEqual([
      ['fastapi.w1.cap', 'passed'],
      ['django-asgi.w1.cap', 'failed'],
    ]);
    const regression = { metric: 'capacity_rps', worse_by: 0.03, base: 'fastapi', head: 'django-asgi' };
    expect(gated([{ regression }])).toEqual([['django-asgi.w1.cap', 'failed']]);
  });

  test('compares nothing else of two searches, and no throughput that a schedule set', () => {
    const latency = { metric: 'latency_p95_ms', worse_by: 0.03, base: 'fastapi', head: 'django-asgi' };
    const held = ['r100', 'r400', 'stages'].map((level) => `django-asgi.w1.${level}`);
    expect(gated([{ regression: latency }]).map(([cell]) => cell)).toEqual(held);
    const throughput = { ...latency, metric: 'throughput_rps' };
    expect(gated([{ cells: { rate_rps: 100 }, regression: throughput }])).toEqual([
      ['django-asgi.w1.r100', 'inconclusive'],
    ]);
  });
});
