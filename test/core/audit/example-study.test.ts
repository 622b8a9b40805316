import { describe, expect, it } from 'vitest';
import { auditReportSchema } from '../../../src/core/audit/audit-report.ts';
import { auditStudy } from '../../../src/core/audit/audit-study.ts';
import { exampleStudy } from '../../../src/core/audit/example-study.ts';

const report = auditStudy(exampleStudy());
const says = (rule: string, part: string) =>
  report.findings.filter((f) => f.rule === rule && f.says.includes(part)).map((f) => f.severity);

describe('the audit of the published FastAPI and Django study', () => {
  it('finds that all nine rows of Table 5 contradict a think time of 1–2 s', () => {
    const table5 = report.rows.filter((row) => row.tables.includes('Table 5'));
    expect(table5).toHaveLength(9);
    expect(table5.every((row) => row.contradicts_design === true)).toBe(true);
    expect(says('think-time', 'All 9 rows of Table 5')).toEqual(['INVALID']);
  });

  it.each([
    ['fastapi', 2.29, 2.49],
    ['django-asgi', 3.77, 4.21],
    ['django-wsgi', 3.78, 4.28],
  ])('implies pauses for %s of %d to %d s', (deployment, lo, hi) => {
    const pauses = report.rows.filter((r) => r.deployment === deployment).map((r) => r.think_time_implied_s);
    expect(Math.min(...pauses)).toBeCloseTo(lo, 2);
    expect(Math.max(...pauses)).toBeCloseTo(hi, 2);
  });

  it('bounds the pause of each row by hand: 50·(1 − 50/1200)·(1 − 0.000405)/21.705 − 0.017355 = 2.1894 s', () => {
    const row = report.rows.find((r) => r.deployment === 'fastapi' && r.users === 50);
    expect(row?.think_time_at_least_s).toBeCloseTo(2.1894, 4);
    expect(row?.think_time_at_most_s).toBeCloseTo(50 / 21.695 - 0.017345, 6);
    expect(row?.in_flight).toBeCloseTo(21.7 * 0.01735, 9);
  });

  it('finds that the targets were not given the same load', () => {
    const [finding] = report.findings.filter((f) => f.rule === 'unequal-load');
    expect(finding).toMatchObject({ severity: 'INVALID', evidence: { pairs_unequal: 8, pairs_compared: 12 } });
  });

  it('finds that 0.030 and 0.020 % cannot be means that include 0.200 and 0.220 %', () => {
    const [finding] = report.findings.filter((f) => f.rule === 'level-means');
    expect(finding?.evidence).toEqual({
      'django-asgi_4w_printed': 0.03,
      'django-asgi_4w_at_least': 0.0665,
      'django-wsgi_4w_printed': 0.02,
      'django-wsgi_4w_at_least': 0.07317,
    });
  });

  it('finds that the standard deviations are over levels and match neither formula', () => {
    expect(says('sd-over-levels', 'Table 7 and Table 8')).toEqual(['SUSPECT']);
    const [finding] = report.findings.filter((f) => f.rule === 'standard-deviation' && f.tables[0] === 'Table 7');
    // statistics.stdev and pstdev of {15.38, 17.35, 166.38}
    expect(finding?.evidence).toMatchObject({ fastapi_sample: 86.6168, fastapi_population: 70.7223 });
    expect(finding?.rows).toHaveLength(3);
  });

  it('finds +2,941 % where 4,000 % is printed, and that nothing is doubled', () => {
    expect(says('printed-claim', '+2,941 %')).toEqual(['SUSPECT']);
    expect(says('printed-claim', '1.61–1.96 times')).toEqual(['SUSPECT']);
    expect(says('printed-claim', '0 of 4 reach 2')).toEqual(['SUSPECT']);
  });

  it('finds a command that cannot run a WSGI application', () => {
    expect(says('command', '--interface wsgi')).toEqual(['INVALID']);
  });

  it('finds 19.62 against 19.63, and 11.78 against 11.77', () => {
    expect(says('raw-rows', '19.62 against 19.63')).toEqual(['SUSPECT']);
    expect(says('tables-disagree', '11.78 in Table 3 and 11.77 in Table 8')).toEqual(['NOTE']);
  });

  it('finds what the hidden cells must be: (3·249.76 − 202.54)/2 = 273 ms', () => {
    expect(says('unprinted-levels', 'fastapi 273 ms')).toEqual(['SUSPECT']);
  });

  it('confirms what is right: 860 %, 67 %, 70 %, 21 %, nine times, the test cases', () => {
    const stands = report.checked.map((c) => c.says).join('\n');
    for (const figure of ['+859 %', '−67.1 %', '−70.2 %', '−20.8 %', 'ratio 9.23', 'TC-06'])
      expect(stands).toContain(figure);
  });

  it('is a report of its own schema, most severe first, with no number that is none', () => {
    expect(auditReportSchema.parse(report)).toEqual(report);
    const order = report.findings.map((f) => ['INVALID', 'SUSPECT', 'NOTE'].indexOf(f.severity));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(JSON.stringify(report)).not.toMatch(/NaN|Infinity|undefined/);
    for (const finding of report.findings) expect(Object.values(finding.evidence)).not.toContain(Number.NaN);
  });
});
