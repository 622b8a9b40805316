import { describe, expect, it } from 'vitest';
import type { AuditFinding, AuditReport } from '../../../src/core/audit/audit-report.ts';
import { auditStudy } from '../../../src/core/audit/audit-study.ts';
import type { StudyInput } from '../../../src/core/audit/study.ts';
import { studyWith } from './clean-study.ts';

function audit(change: (input: StudyInput) => void): AuditReport {
  return auditStudy(studyWith(change));
}

function found(change: (input: StudyInput) => void, rule: string): AuditFinding[] {
  return audit(change).findings.filter((f) => f.rule === rule);
}

const first = (input: StudyInput) => input.tables[0]!.rows;
const means = (rows: StudyInput['tables'][number]['rows']): StudyInput['tables'][number] => ({
  table: 'Means',
  holds: 'means_over_users',
  rows,
});

describe('a study without a fault', () => {
  it('is left alone, but for what every table of single numbers must hear', () => {
    const report = audit(() => {});
    expect(report.findings.map((f) => f.rule)).toEqual(['no-interval', 'closed-loop']);
    expect(report.rows.every((row) => row.contradicts_design === false)).toBe(true);
  });

  it('says of every rule that it could not run why not', () => {
    const bare = audit((input) => {
      input.design = {};
    });
    expect(bare.not_run.map((n) => n.rule)).toEqual(
      expect.arrayContaining(['think-time', 'unequal-load', 'command', 'failures-change-population', 'co-located']),
    );
    expect(bare.not_run.every((n) => n.reason.length > 10)).toBe(true);
  });
});

describe('think-time', () => {
  it('finds a row whose users paused longer than declared', () => {
    const [finding] = found((input) => (first(input)[0]!.throughput_rps = '3.90'), 'think-time');
    // 10/3.9 − 0.005 = 2.56 s; at least 10·(1 − 10/1200)/3.905 − 0.005 = 2.53 s
    expect(finding).toMatchObject({ severity: 'INVALID', rows: ['fast, 1 worker, 10 users'] });
    expect(finding?.evidence).toMatchObject({ implied_min_s: 2.559 });
    expect(finding?.evidence['least_possible_s']).toBeCloseTo(2.534, 3);
  });

  it('finds a row whose users cannot have paused as long as declared', () => {
    expect(found((input) => (first(input)[1]!.throughput_rps = '60'), 'think-time')).toHaveLength(1);
  });

  it('leaves a row alone that a slow ramp explains', () => {
    const slowRamp = (input: StudyInput) => {
      input.design!.ramp_users_per_s = 0.2;
      first(input)[0]!.throughput_rps = '3.90';
    };
    expect(found(slowRamp, 'think-time')).toHaveLength(0);
  });

  it('leaves a row alone whose failures may not be counted in its throughput', () => {
    const failing = (input: StudyInput) => {
      first(input)[0]!.throughput_rps = '3.90';
      first(input)[0]!.error_rate_pct = '30';
    };
    expect(found(failing, 'think-time')).toHaveLength(0);
  });

  it('cannot tell pauses that are too long without ramp and duration, and says so', () => {
    const report = audit((input) => {
      input.design!.ramp_users_per_s = null;
      first(input)[0]!.throughput_rps = '3.90';
    });
    expect(report.findings.some((f) => f.rule === 'think-time')).toBe(false);
    expect(report.not_run).toContainEqual(
      expect.objectContaining({ rule: 'think-time', reason: expect.stringContaining('too long') as string }),
    );
  });
});

describe('unequal-load', () => {
  it('finds deployments that were driven differently', () => {
    const [finding] = found((input) => (first(input)[3]!.throughput_rps = '26.00'), 'unequal-load');
    expect(finding).toMatchObject({ severity: 'INVALID', evidence: { pairs_unequal: 1, pairs_compared: 2 } });
  });

  it('leaves chance alone: 10 users for a minute scatter by some per cent', () => {
    expect(found((input) => (first(input)[2]!.throughput_rps = '6.40'), 'unequal-load')).toHaveLength(0);
  });
});

describe('percentile-order', () => {
  it('finds a percentile that falls', () => {
    expect(found((input) => (first(input)[0]!.latency_p95_ms = '4.1'), 'percentile-order')).toHaveLength(1);
  });

  it('finds a mean that its percentiles make impossible, below and above', () => {
    const low = (input: StudyInput) => (first(input)[0]!.latency_p95_ms = '300');
    expect(found(low, 'percentile-order')[0]?.evidence['least_possible_ms']).toBeGreaterThan(5.01);
    const high = (input: StudyInput) => (first(input)[0]!.latency_max_ms = '9.2');
    expect(found(high, 'percentile-order')).toHaveLength(0);
    const tooHigh = (input: StudyInput) => {
      first(input)[0]!.latency_max_ms = '9.2';
      first(input)[0]!.latency_mean_ms = '7.50';
    };
    // at most 0.5·4.55 + 0.45·9.05 + 0.05·9.25 = 6.81
    expect(found(tooHigh, 'percentile-order')[0]?.says).toContain('at most 6.81 ms');
  });
});

describe('level-means', () => {
  it('accepts a mean that agrees within rounding, and refuses one that does not', () => {
    const agree = (input: StudyInput) =>
      input.tables.push(means([{ deployment: 'fast', workers: 1, latency_mean_ms: '5.5' }]));
    expect(found(agree, 'level-means')).toHaveLength(0);
    const off = (input: StudyInput) =>
      input.tables.push(means([{ deployment: 'fast', workers: 1, latency_mean_ms: '5.6' }]));
    expect(found(off, 'level-means')[0]).toMatchObject({ severity: 'INVALID' });
  });

  it('accepts a low mean over levels when nothing that is printed rules it out', () => {
    const partial = (mean: string) => (input: StudyInput) => {
      first(input)[1]!.error_rate_pct = '0.200';
      first(input).splice(0, 1);
      input.tables.push(means([{ deployment: 'fast', workers: 1, error_rate_pct: mean }]));
    };
    expect(found(partial('0.100'), 'level-means')).toHaveLength(0);
    expect(found(partial('0.099'), 'level-means')).toHaveLength(1);
  });
});

describe('standard-deviation', () => {
  const spread = (sd: string, variance: string) => (input: StudyInput) =>
    (input.spreads = [
      {
        table: 'SD',
        metric: 'latency_mean_ms',
        over: 'users',
        workers: 1,
        rows: [{ deployment: 'slow', sd, variance }],
      },
    ]);

  it('accepts both formulas: s of {9, 12} is 2.12 with n − 1 and 1.50 with n', () => {
    expect(found(spread('2.12', '4.50'), 'standard-deviation')).toHaveLength(0);
    expect(found(spread('1.50', '2.25'), 'standard-deviation')).toHaveLength(0);
  });

  it('calls one below both formulas impossible, one between them unexplained', () => {
    expect(found(spread('1.40', '1.96'), 'standard-deviation')[0]?.severity).toBe('INVALID');
    expect(found(spread('1.80', '3.24'), 'standard-deviation')[0]?.severity).toBe('SUSPECT');
  });

  it('finds a variance that is not the square of its standard deviation', () => {
    expect(found(spread('2.12', '5.50'), 'standard-deviation')[0]?.says).toContain('is not 2.12²');
  });
});

describe('tables, runs and cells', () => {
  it('finds a number that two tables print differently', () => {
    const copy = (mean: string) => (input: StudyInput) =>
      input.tables.push({
        table: 'Copy',
        holds: 'cells',
        rows: [{ deployment: 'fast', workers: 1, users: 10, latency_mean_ms: mean }],
      });
    expect(found(copy('5.01'), 'tables-disagree')).toHaveLength(1);
    expect(found(copy('5.00'), 'tables-disagree')).toHaveLength(0);
    expect(found(copy('5.0'), 'tables-disagree')).toHaveLength(0);
  });

  it('finds fewer runs than repetitions make', () => {
    const runs = (n: number) => (input: StudyInput) =>
      input.tables.push({
        table: 'Runs',
        holds: 'observations',
        rows: Array.from({ length: n }, () => ({ deployment: 'fast', workers: 1, users: 10, throughput_rps: '6.6' })),
      });
    expect(found(runs(4), 'raw-rows')).toHaveLength(1);
    expect(found(runs(5), 'raw-rows')).toHaveLength(0);
  });

  it('finds cells of the design that are printed nowhere', () => {
    const [finding] = found((input) => first(input).splice(2, 1), 'missing-cells');
    expect(finding?.rows).toEqual(['slow, 1 worker, 10 users']);
  });
});

describe('command', () => {
  it.each([
    ['uvicorn p.wsgi:application --workers 4', 1],
    ['python -m uvicorn p.wsgi:application', 1],
    ['uvicorn p.wsgi:application --interface asgi3', 1],
    ['uvicorn p.wsgi:application --interface=wsgi', 0],
    ['uvicorn --interface wsgi p.wsgi:application', 0],
    ['gunicorn p.wsgi:application', 0],
  ])('%s: %d findings', (command, n) => {
    expect(found((input) => (input.design!.deployments![1]!.command = command), 'command')).toHaveLength(n);
  });
});

describe('design', () => {
  it('doubts latencies of cells in which more than 1 % failed for sure', () => {
    expect(found((input) => (first(input)[1]!.error_rate_pct = '3.00'), 'failures-change-population')).toHaveLength(1);
    // 1.2 % of about 1,990 requests: Wilson from 0.8 %
    expect(found((input) => (first(input)[1]!.error_rate_pct = '1.20'), 'failures-change-population')).toHaveLength(0);
  });

  it('finds few repetitions, an order that is not shuffled, and a shared machine', () => {
    expect(found((input) => (input.design!.repetitions = 3), 'weak-repetitions')).toHaveLength(1);
    expect(found((input) => (input.design!.order = 'sequential'), 'sequential-order')[0]?.severity).toBe('SUSPECT');
    expect(found((input) => (input.design!.order = null), 'sequential-order')[0]?.severity).toBe('NOTE');
    expect(found((input) => (input.design!.generator = 'same-machine'), 'co-located')[0]?.severity).toBe('NOTE');
    const crowded = (input: StudyInput) => Object.assign(input.design!, { generator: 'same-machine', cores: 1 });
    expect(found(crowded, 'workers-exceed-cores')[0]?.severity).toBe('SUSPECT');
  });
});
