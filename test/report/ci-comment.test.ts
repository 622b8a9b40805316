import { describe, expect, it } from 'vitest';
import { ciComment, type CommentFacts, MAX_COMMENT } from '../../src/report/ci-comment.ts';
import { HOST_FINGERPRINT } from '../fixtures/trial-result.ts';
import { makeCheck, makeInconclusive, makeThreshold } from '../fixtures/thresholds.ts';

const facts = (changes: Partial<CommentFacts> = {}): CommentFacts => ({
  experiment: { name: 'Pull request', status: 'succeeded', reason: null },
  head_sha: '1'.repeat(40),
  base_sha: '2'.repeat(40),
  thresholds: [makeThreshold()],
  host: HOST_FINGERPRINT,
  link: 'https://bench.example.com/v1/experiments/exp_1/report',
  mark: 'abc123',
  ...changes,
});

/** As it is read, the references resolved. */
const read = (changes: Partial<CommentFacts> = {}) =>
  ciComment(facts(changes))
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll(/<\/?code>/g, '');

describe('The comment of a pull request', () => {
  it('begins with its mark, by which it is found again', () => {
    expect(ciComment(facts())).toMatch(/^<!-- benchwright:abc123 -->\n### Benchwright: /);
  });

  it('says what changed, by how much, how sure that is, on which host and where the page is', () => {
    const text = read({ thresholds: [makeThreshold({ checks: [makeCheck({ mde: 0.052 })] })] });
    expect(text).toContain('### Benchwright: failed, 1 of 1 threshold');
    expect(text).toContain(
      '| failed | throughput_rps worse by 3 % at most | head.w1.c16 against base.w1.c16 | 11 % worse | 14 % worse to 8.1 % worse | p < 0.0001 |',
    );
    expect(text).toContain('A change of 5.2 % or more would have been seen.');
    expect(text).toContain('1111111111 against 2222222222');
    expect(text).toContain(HOST_FINGERPRINT.cpu_model);
    expect(text).toContain('[the whole page](https://bench.example.com/v1/experiments/exp_1/report)');
  });

  it('says without an answer why, and the smallest change that would have been seen', () => {
    const text = read({ thresholds: [makeInconclusive()] });
    expect(text).toContain('### Benchwright: inconclusive, 1 of 1 threshold without an answer');
    expect(text).toContain('| the interval holds both sides |');
    expect(text).toContain('a change below 4.6 % could not be seen');
  });

  it('tells how much worse as the threshold does: what failed never reads as if it were allowed', () => {
    const check = makeCheck({ expected: 'throughput_rps worse by 10 % at most', value: 0.905, lo: 0.902, hi: 0.9085 });
    const text = read({ thresholds: [makeThreshold({ checks: [check] })] });
    // 1 − 0.9085 would be 9.2 %; and 10.07 % is not told as 10 %.
    expect(text).toContain('| 10.5 % worse | 11 % worse to 10.1 % worse |');
    const rate = makeCheck({ cell_base: null, metric: 'error_rate', expected: 'error_rate < 0.01', verdict: 'passed' });
    const under = { ...rate, value: 0.008, lo: 0.0062, hi: 0.009996, p_holm: null, method: null };
    expect(read({ thresholds: [makeThreshold({ kind: 'expect', verdict: 'passed', checks: [under] })] })).toContain(
      '| 0.800 % | 0.620 to 0.9996 % |',
    );
  });

  it('calls a stored baseline so, whose cell has the name of the head’s', () => {
    const text = read({ thresholds: [makeThreshold({ checks: [makeCheck({ cell_base: 'head.w1.c16' })] })] });
    expect(text).toContain('| head.w1.c16 against the baseline |');
  });

  it('says in the words of a gate why there is no answer', () => {
    const check = makeCheck({ verdict: 'inconclusive', value: null, lo: null, hi: null, reason: 'load-limited' });
    const text = read({ thresholds: [makeThreshold({ verdict: 'inconclusive', checks: [check] })] });
    expect(text).toContain('| the load set the rate, not the server |');
  });

  it('shows an absolute expectation with its value and unit', () => {
    const check = makeCheck({
      cell_base: null,
      metric: 'latency_p95_ms',
      expected: 'latency_p95_ms < 800',
      value: 412.4,
      lo: 401,
      hi: 424,
      verdict: 'passed',
      method: null,
      p_holm: null,
    });
    const text = read({ thresholds: [makeThreshold({ kind: 'expect', verdict: 'passed', checks: [check] })] });
    expect(text).toContain('### Benchwright: passed, 1 threshold');
    expect(text).toContain('| passed | latency_p95_ms < 800 | head.w1.c16 | 412 ms | 401 to 424 ms | — |');
  });

  it('says of a run that failed that it failed, and claims no verdict', () => {
    const experiment = { name: 'x', status: 'failed', reason: 'runner-lost' } as const;
    const text = read({ experiment, thresholds: [], host: null, link: null });
    expect(text).toContain('### Benchwright: no verdict, the experiment failed: runner lost');
    expect(text).not.toContain('[the whole page]');
  });

  it('puts failed checks first, names twenty, counts the others, and fits what GitHub takes whatever the names', () => {
    const nasty = '|`<>@&*[]()!#'.repeat(20).slice(0, 100);
    const checks = Array.from({ length: 60 }, (_, i) =>
      makeCheck({ cell: nasty, cell_base: nasty, expected: nasty, verdict: i === 59 ? 'failed' : 'passed' }),
    );
    const experiment = { name: nasty.repeat(2), status: 'succeeded', reason: null } as const;
    const comment = ciComment(facts({ experiment, thresholds: [makeThreshold({ checks })] }));
    const rows = comment.split('\n').filter((line) => /^\| (?:failed|passed) /.test(line));
    expect(rows).toHaveLength(20);
    expect(rows[0]).toMatch(/^\| failed /);
    expect(comment).toContain('and 40 checks more');
    expect(comment.length).toBeLessThan(MAX_COMMENT);
    // Six columns, whatever is in them.
    for (const row of rows) expect(row.split('|')).toHaveLength(8);
  });

  it('has nothing in it that a name could do: no mention, link, picture or HTML of its own', () => {
    const evil = '@all ![p](//x) <b> [l](//x) `c` | # --> https://example.com';
    const experiment = { name: evil, status: 'succeeded', reason: null } as const;
    const host = { ...HOST_FINGERPRINT, cpu_model: evil };
    const checks = [makeCheck({ cell: evil, expected: evil, reason: evil, verdict: 'inconclusive', mde: 0.1 })];
    const comment = ciComment(facts({ experiment, host, thresholds: [makeThreshold({ checks })], link: null }));
    expect(comment.replace(/^<!-- benchwright:abc123 -->/, '').replaceAll(/<\/?code>/g, '')).not.toMatch(/[@<>`[\]!]/);
    expect(comment).not.toContain('//');
  });
});
