import { describe, expect, test } from 'vitest';
import { baselineFacts, type SessionFacts } from '../../../src/core/gate/baseline.ts';
import { resultsSchema } from '../../../src/core/results.ts';
import type { Results } from '../../../src/core/results.ts';
import { type ExperimentOptions, makeExperiment, summarise } from '../../fixtures/experiment-facts.ts';
import { HOST_CONDITIONS, HOST_FINGERPRINT, notStarted } from '../../fixtures/trial-result.ts';

const HOST: Results['host'] = { fingerprint: HOST_FINGERPRINT, digest: 'a'.repeat(64), conditions: HOST_CONDITIONS };
const BASE = { id: 'base', target: 'fastapi', server: 'uvicorn' };
const HEAD = { id: 'head', target: 'fastapi', server: 'uvicorn' };
const REGRESSION = { regression: { metric: 'throughput_rps', worse_by: 0.03, base: 'base', head: 'head' } };

/** Base and head on one host; service times decide how fast each is. */
function gated(
  service_ms: Readonly<Record<string, number>>,
  thresholds: readonly object[] = [REGRESSION],
  over: ExperimentOptions = {},
) {
  return makeExperiment({
    service_ms,
    ...over,
    spec: {
      name: 'Is head slower?',
      series: 'shop',
      deployments: [BASE, HEAD],
      load: [{ model: 'closed', connections: [16] }],
      repetitions: 5,
      thresholds,
      ...over.spec,
    },
    over: { host: HOST, ...over.over },
  });
}

const SLOWER = { base: 4, head: 5 };
const EQUAL = { base: 4, head: 4 };

describe('the gate of an experiment', () => {
  test('fails where the head is slower, in results of the documented shape', () => {
    const results = summarise(gated(SLOWER));
    expect(resultsSchema.parse(results)).toEqual(results);
    expect(results.verdict).toBe('failed');
    expect(results.thresholds).toMatchObject([
      {
        id: 'T1',
        kind: 'regression',
        verdict: 'failed',
        checks: [{ cell: 'head.w1.c16', cell_base: 'base.w1.c16', method: 'paired', verdict: 'failed' }],
      },
    ]);
    expect(results.thresholds[0]!.checks[0]!.value).toBeCloseTo(0.8, 1);
    expect(results.baseline).toBeNull();
  });

  test('agrees with the comparison of the same two deployments', () => {
    const results = summarise(gated(SLOWER));
    const check = results.thresholds[0]!.checks[0]!;
    const pair = results.comparisons.find((c) => c.metric === 'throughput_rps')!;
    expect([pair.a, pair.b]).toEqual(['base', 'head']);
    expect(check.value).toBeCloseTo(1 / pair.ratio!, 12);
    expect(check.lo).toBeCloseTo(1 / pair.hi!, 12);
  });

  test('leads the answer, in one sentence with ratio, interval and what was asked', () => {
    expect(summarise(gated(SLOWER)).answer[0]).toMatch(
      /^The gate failed: head\.w1\.c16: 0\.\d+× \(0\.\d+–0\.\d+\) of base\.w1\.c16, expected throughput_rps worse by 3 % at most\.$/,
    );
    const thresholds = [REGRESSION, { expect: ['error_rate == 0'] }];
    expect(summarise(gated(EQUAL, thresholds)).answer[0]).toBe('The gate passed: all 3 checks hold.');
    expect(summarise(gated(EQUAL)).answer[0]).toMatch(/^The gate passed: head\.w1\.c16: /);
    const open = summarise(gated(EQUAL, [REGRESSION], { noise: 0.12 }));
    expect(open.verdict).toBe('inconclusive');
    expect(open.answer[0]).toMatch(
      /^The gate is inconclusive, which is no failure: head\.w1\.c16: .*\(only a difference of \d+ % or more would have shown\)\.$/,
    );
  });

  test('is none, and the answer silent about it, without thresholds', () => {
    const results = summarise(gated(SLOWER, []));
    expect([results.verdict, results.thresholds]).toEqual(['none', []]);
    expect(results.answer.join(' ')).not.toContain('gate');
  });

  test('has no verdict before the end, though its checks stand as they are so far', () => {
    const results = summarise(
      gated(SLOWER, [REGRESSION], {
        over: { partial: true },
        status: { status: 'running', ended_at: null },
      }),
    );
    expect(results.verdict).toBe('none');
    expect(results.thresholds[0]!.checks).toHaveLength(1);
    expect(results.answer.join(' ')).not.toContain('gate');
  });

  test('passes nothing of an experiment that did not succeed, and fails what it has shown to be worse', () => {
    for (const status of ['canceled', 'failed'] as const) {
      const cut = { status: { status, reason: status === 'canceled' ? 'canceled' : 'deadline' } } as const;
      const passing = summarise(gated(EQUAL, [REGRESSION], cut));
      expect([passing.thresholds[0]!.verdict, passing.verdict]).toEqual(['passed', 'inconclusive']);
      expect(passing.answer.join(' ')).toContain('a part of an experiment passes nothing');
      expect(summarise(gated(SLOWER, [REGRESSION], cut)).verdict).toBe('failed');
    }
  });

  test('is inconclusive where no trial can be used', () => {
    const results = summarise(
      gated(SLOWER, [REGRESSION], {
        change: (result) => ({ ...result, load: { ...result.load!, void: true, void_reasons: ['late'] } }),
      }),
    );
    expect(results.verdict).toBe('inconclusive');
    expect(results.thresholds[0]!.checks[0]!.reason).toBe('invalid-cell');
    expect(results.answer.join(' ')).toContain('The gate is inconclusive, which is no failure');
  });

  test('is inconclusive where the head could not be started, and says so', () => {
    const results = summarise(
      gated(EQUAL, [REGRESSION], {
        change: (result) => (result.cell.startsWith('head') ? notStarted(result) : result),
      }),
    );
    expect(results.verdict).toBe('inconclusive');
    expect(results.thresholds[0]!.checks[0]).toMatchObject({ verdict: 'inconclusive', reason: 'not-run' });
  });

  test('of a spec from before there were thresholds is none', () => {
    const facts = gated(SLOWER);
    const { thresholds: _, ...old } = facts.spec;
    expect(summarise({ ...facts, spec: old as typeof facts.spec }).verdict).toBe('none');
  });
});

describe('the gate against a baseline', () => {
  const AGAINST = [{ regression: { ...REGRESSION.regression, base: 'series' } }];
  const past = (ms: number) => summarise(gated({ base: 4, head: ms }, [], { status: { id: `exp_${ms}` } }));
  const sessionOf = ({ experiment, cells }: Results): SessionFacts => ({
    experiment_id: experiment.id,
    host_digest: HOST.digest,
    cells,
  });
  const history = [4, 4.02, 3.99, 4.01, 3.98, 4.03, 4, 3.97].map((ms) => sessionOf(past(ms)));
  const baseline = baselineFacts(past(4), history);
  const judged = (ms: number, facts = baseline) =>
    summarise(gated({ base: 4, head: ms }, AGAINST, { over: { baseline: facts } }));

  test('reads the values of the pinned experiment from its results: its own head is 1.000 × itself', () => {
    const [check] = judged(4).thresholds[0]!.checks;
    expect(check).toMatchObject({ method: 'sessions', cell: 'head.w1.c16', cell_base: 'head.w1.c16' });
    expect(check!.value).toBeCloseTo(1, 12);
    expect(check!.verdict).toBe('passed');
  });

  test('fails what is far slower than every session was, and tells what it was compared with', () => {
    const results = judged(5);
    expect(results.verdict).toBe('failed');
    expect(results.baseline).toEqual({
      experiment_id: 'exp_4',
      ended_at: '2026-01-05T10:30:00.000Z',
      commit: null,
      host_digest: HOST.digest,
      sessions: 8,
    });
    expect(results.answer[0]).toContain('of the baseline, expected throughput_rps worse by 3 % at most');
    expect(resultsSchema.parse(results)).toEqual(results);
  });

  test('is inconclusive with a history of seven', () => {
    const results = judged(5, { ...baseline, sessions: history.slice(1) });
    expect(results.verdict).toBe('inconclusive');
    expect(results.baseline!.sessions).toBe(7);
    expect(results.answer[0]).toContain('one session each, and no history of eight');
  });

  test('is not told of a baseline that no threshold asks for', () => {
    expect(summarise(gated(EQUAL, [REGRESSION], { over: { baseline } })).baseline).toBeNull();
  });
});
