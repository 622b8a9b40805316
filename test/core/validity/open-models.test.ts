import { describe, expect, test } from 'vitest';
import type { LoadResult, RequestResult } from '../../../src/core/load-result.ts';
import type { Cell } from '../../../src/core/matrix.ts';
import type { RequestList } from '../../../src/core/request-list.ts';
import { trialMetrics } from '../../../src/core/summary/trial-metrics.ts';
import { accounting } from '../../../src/core/validity/accounting.ts';
import { capacitySearch } from '../../../src/core/validity/capacity-search.ts';
import { closedLoop } from '../../../src/core/validity/closed-loop.ts';
import { payloadDrift } from '../../../src/core/validity/payload-drift.ts';
import { offeredRps } from '../../../src/core/validity/per-request.ts';
import { protocolDeviation } from '../../../src/core/validity/protocol-deviation.ts';
import type { CellFacts } from '../../../src/core/validity/facts.ts';
import { sameDraw } from '../../../src/core/validity/same-draw.ts';
import { workloadMix } from '../../../src/core/validity/workload-mix.ts';
import {
  capacityCell,
  connectionsCell,
  makeCell,
  makeTrial,
  rateCell,
  repeated,
  stagesCell,
  usersCell,
} from '../../fixtures/cell-facts.ts';
import { makeTrialResult } from '../../fixtures/trial-result.ts';

const LATENCY = { mean: 5, p50: 5, p90: 6, p95: 7, p99: 9, p999: 12, max: 14 };

function named(name: string, ok: number, failed = 0): RequestResult {
  const histograms = { latency: '', service: '' };
  return { name, requests: ok + failed, ok, failed, latency_ms: LATENCY, service_ms: LATENCY, histograms };
}

describe('accounting of open models and of several requests', () => {
  test('asks open cells for no identity: nobody waits', () => {
    expect(accounting(makeTrial({ cell: rateCell() }))).toEqual([]);
    expect(accounting(makeTrial({ cell: stagesCell() }))).toEqual([]);
    expect(accounting(makeTrial({ cell: connectionsCell() }, { load: { answered_rps: 1 } }))).toHaveLength(1);
  });

  test('asks for every planned request all the same', () => {
    const [finding] = accounting(makeTrial({ cell: rateCell() }, { load: { not_sent: 3 } }));
    expect(finding?.says).toBe('Of 2500 planned requests 2503 are accounted for.');
  });

  test('the request names together are the window', () => {
    const by_request = [named('GET /a', 1500), named('GET /b', 999)];
    const [finding] = accounting(makeTrial({ cell: rateCell() }, { load: { by_request } }));
    expect(finding).toMatchObject({ severity: 'INVALID', evidence: { ok: 2500, ok_by_request: 2499 } });
    const whole = [named('GET /a', 1500), named('GET /b', 1000)];
    expect(accounting(makeTrial({ cell: rateCell() }, { load: { by_request: whole } }))).toEqual([]);
  });

  test('no more iterations end than were begun', () => {
    const iterations = { begun: 10, completed: 9, broken: 2 };
    const [finding] = accounting(makeTrial({ cell: rateCell() }, { load: { iterations } }));
    expect(finding?.says).toBe('Of 10 iterations that were begun 11 have ended.');
    const open = { ...iterations, completed: 7 };
    expect(accounting(makeTrial({ cell: rateCell() }, { load: { iterations: open } }))).toEqual([]);
  });

  /** As many steps an iteration, all of one name: there is no `by_request`. */
  const inSteps = (load: LoadResult, steps: number): Partial<LoadResult> => {
    const begun = load.requests;
    return {
      requests: steps * load.requests,
      ok: steps * load.ok,
      answered_in_window: steps * load.answered_in_window,
      answered_rps: steps * load.answered_rps,
      sent_total: steps * begun,
      iterations: { begun, completed: begun, broken: 0 },
    };
  };
  const ofCell = (cell: Cell) => makeTrialResult({ cell, block: 1, median_ms: 20, window_s: 5 }).load!;
  const SEQUENCE: RequestList = [{ weight: 1, sequence: [{ request: 'GET /tasks' }, { request: 'GET /tasks' }] }];

  test('users of sequences think once in an iteration: their identity is not asked for, whatever the steps are called', () => {
    const load = inSteps(ofCell(usersCell()), 2);
    expect(accounting(makeTrial({ cell: usersCell() }, { load }))).toEqual([]);
    // What was sent and begun does not tell where half of the iterations were refused a connection: then the list of the spec does.
    const refused = { ...load, iterations: { begun: load.sent_total!, completed: 1, broken: 1 } };
    const trial = makeTrial({ cell: usersCell() }, { load: refused });
    expect(accounting({ ...trial, spec: { ...trial.spec, workload: SEQUENCE } })).toEqual([]);
    expect(accounting(trial)).toHaveLength(1);
  });

  test('users of single requests, of several names too, think after each of them: theirs is', () => {
    const good = ofCell(usersCell());
    const begun = good.sent_total;
    const load = { by_request: [named('GET /a', good.ok)], iterations: { begun, completed: begun, broken: 0 } };
    expect(accounting(makeTrial({ cell: usersCell() }, { load }))).toEqual([]);
    const doubled = { ...load, answered_rps: 2 * good.answered_rps };
    expect(accounting(makeTrial({ cell: usersCell() }, { load: doubled }))).toHaveLength(1);
  });

  test('a rate of sequences is that of iterations: no other was run, and all their requests were offered', () => {
    const cell = rateCell(500);
    const load = inSteps(ofCell(cell), 2);
    const trial = makeTrial({ cell }, { load });
    expect(trial.load.by_request).toBeUndefined();
    expect(protocolDeviation(trial)).toEqual([]);
    expect(offeredRps(trial.load)).toBe(1000);
    expect(offeredRps(makeTrial({ cell }).load)).toBe(500);
    const single = { iterations: { begun: load.requests!, completed: 0, broken: 0 } };
    expect(protocolDeviation(makeTrial({ cell }, { load: { ...load, ...single } }))[0]?.says).toContain(
      'rate_rps 1,000',
    );
  });
});

describe('protocol-deviation of open models', () => {
  test('a rate that is off by more than 1 % is suspect', () => {
    expect(protocolDeviation(makeTrial({ cell: rateCell(500) }))).toEqual([]);
    const [finding] = protocolDeviation(makeTrial({ cell: rateCell(500) }, { load: { requests: 2400, ok: 2400 } }));
    expect(finding?.says).toBe('The trial was not run as declared: rate_rps 480 instead of 500.');
    expect(protocolDeviation(makeTrial({ cell: rateCell(500) }, { load: { requests: 2490, ok: 2490 } }))).toEqual([]);
  });

  test('the window of stages is as long as they are, their rate the mean', () => {
    const cell = stagesCell();
    expect(protocolDeviation(makeTrial({ cell }))).toEqual([]);
    expect(protocolDeviation(makeTrial({ cell }, { load: { duration_s: 5 } }))[0]?.says).toContain(
      'window_s 5 instead of 4',
    );
  });

  test('a step of a capacity search may have a window twice as long, and no other', () => {
    const cell = capacityCell();
    expect(protocolDeviation(makeTrial({ cell }))).toEqual([]);
    expect(protocolDeviation(makeTrial({ cell }, { load: { duration_s: 10 } }))).toEqual([]);
    expect(protocolDeviation(makeTrial({ cell }, { load: { duration_s: 15 } }))).toHaveLength(1);
  });
});

describe('capacity-search', () => {
  const ended = (over: Partial<NonNullable<LoadResult['capacity']>>) => {
    const trial = makeTrial({ cell: capacityCell() });
    const capacity = { ...trial.load.capacity!, ...over };
    return capacitySearch(makeTrial({ cell: capacityCell() }, { load: { capacity } }))[0];
  };

  test('says nothing of one that ended where the next rate failed', () => {
    expect(ended({})).toBeUndefined();
    expect(capacitySearch(makeTrial({ cell: rateCell() }))).toEqual([]);
  });

  test('a generator that could not offer more, and a search that was stopped, found a lower bound', () => {
    expect(ended({ ended: 'void' })).toMatchObject({
      severity: 'SUSPECT',
      says: expect.stringContaining('the capacity is higher'),
    });
    expect(ended({ ended: 'stopped' })).toMatchObject({ severity: 'SUSPECT' });
    expect(ended({ ended: 'void', rate_rps: null })?.says).toMatch(/^The generator was late .* nothing is known/);
  });

  test('a window too short to tell is a note beside a capacity, and a reason for none', () => {
    expect(ended({ ended: 'undecided' })).toMatchObject({ severity: 'NOTE' });
    expect(ended({ ended: 'undecided', rate_rps: null })).toMatchObject({ severity: 'SUSPECT' });
  });

  test('where no rate met the limit there is no capacity, and no latency', () => {
    const probe = { rate_rps: 2, window_s: 5, outcome: 'failed' as const, requests: 10, over_limit: 9, failed: 0 };
    const bounds = { over_limit_lo: 0.6, over_limit_hi: 1, error_rate_lo: 0, error_rate_hi: 0.3 };
    expect(ended({ ended: 'none', rate_rps: null, probes: [{ ...probe, ...bounds }] })?.says).toBe(
      'No rate down to 2.00 requests/s met the limit, so there is no capacity.',
    );
    const metrics = trialMetrics(makeTrial({ cell: capacityCell(), capacity_rps: null }).result);
    expect(metrics.capacity_rps).toEqual({ value: null, reason: 'no-capacity' });
    expect(metrics.latency_p95_ms).toEqual({ value: null, reason: 'no-capacity' });
    expect(trialMetrics(makeTrial({ cell: capacityCell(), capacity_rps: 800 }).result).capacity_rps).toEqual({
      value: 800,
    });
  });
});

describe('workload-mix-differs', () => {
  const LIST: RequestList = [
    { request: 'GET /a', weight: 3 },
    { weight: 1, sequence: [{ request: 'POST /b' }, { request: 'DELETE /b' }, { request: 'GET /a' }] },
  ];

  function mixed(by_request: RequestResult[], workload: RequestList | string = LIST) {
    const ok = by_request.reduce((sum, request) => sum + request.ok, 0);
    const failed = { connect: 0, reset: 0, timeout: 0, http_4xx: 0, http_5xx: 0, contract: 0, protocol: 0 };
    const trial = makeTrial({ cell: rateCell() }, { load: { by_request, requests: ok, ok, failed } });
    return workloadMix({ ...trial, spec: { ...trial.spec, workload } });
  }

  test('shares as the weights and steps have them are none, nor what chance makes of them', () => {
    // Of 6 requests 4 are GET /a, one is POST, one DELETE.
    expect(mixed([named('GET /a', 4000), named('POST /b', 1000), named('DELETE /b', 1000)])).toEqual([]);
    expect(mixed([named('GET /a', 40), named('POST /b', 14), named('DELETE /b', 6)])).toEqual([]);
  });

  test('a sequence that breaks off makes another load of it: invalid, with the share that is off most', () => {
    const [finding] = mixed([named('GET /a', 4000), named('POST /b', 1000), named('DELETE /b', 0)]);
    expect(finding).toMatchObject({ rule: 'workload-mix-differs', severity: 'INVALID' });
    expect(finding?.says).toBe('DELETE /b was 0 % of the requests; by the weights of the list it is 17 %.');
  });

  test('a share that is off by less than 3 % of the requests is none, however sure', () => {
    expect(mixed([named('GET /a', 69_000), named('POST /b', 15_500), named('DELETE /b', 15_500)])).toEqual([]);
  });

  test('a workload by name has no mix', () => {
    expect(mixed([named('GET /a', 10)], 'test')).toEqual([]);
  });
});

describe('one draw for all deployments of a block', () => {
  const asked = (
    target: string,
    counts: readonly number[],
    over: Partial<LoadResult> = {},
    cell = rateCell(500, target),
  ) => {
    const by_request = counts.map((count, i) => named(`GET /${i}`, count));
    return makeCell([makeTrial({ cell }, { load: { by_request, ...over } })]);
  };
  const rules = (...cells: CellFacts[]) => sameDraw(cells).map(({ cell, rule, severity }) => [cell, rule, severity]);

  test('asks for each name as often, exactly, where the schedule was made before', () => {
    expect(rules(asked('a', [1875, 625]), asked('b', [1875, 625]))).toEqual([]);
    expect(rules(asked('a', [1875, 625]), asked('b', [1876, 624]))).toEqual([
      ['b.w1.r500', 'workload-mix-differs', 'INVALID'],
    ]);
    const [finding] = sameDraw([asked('a', [1875, 625]), asked('b', [1876, 624])]);
    expect(finding?.says).toBe(
      'GET /0 was asked for 1,876 times in the window, of a 1,875 times: one seed draws the same for both.',
    );
  });

  test('is not to be seen where answers decide what is sent, nor where something was not sent', () => {
    const sequences = { iterations: { begun: 1000, completed: 1000, broken: 0 }, sent_total: 2500 };
    expect(rules(asked('a', [1875, 625]), asked('b', [1876, 624], sequences))).toEqual([]);
    expect(rules(asked('a', [1875, 625]), asked('b', [1870, 624], { not_sent: 6 }))).toEqual([]);
    const closed = (target: string) => connectionsCell(16, 1, target);
    expect(rules(asked('a', [5, 6], {}, closed('a')), asked('b', [9, 2], {}, closed('b')))).toEqual([]);
    // Another rate is another draw.
    expect(rules(asked('a', [5, 6]), asked('b', [9, 2], {}, rateCell(600, 'b')))).toEqual([]);
  });
});

test('payload-drift is not judged of several requests: chance alone changes the mixture', () => {
  const thirds: LoadResult['body_bytes_mean_thirds'] = [100, 120, 140];
  const drifting = makeTrial({ cell: rateCell() }, { load: { body_bytes_mean_thirds: thirds } });
  expect(payloadDrift(drifting)).toHaveLength(1);
  const by_request = [named('GET /a', 2500)];
  expect(
    payloadDrift(makeTrial({ cell: rateCell() }, { load: { body_bytes_mean_thirds: thirds, by_request } })),
  ).toEqual([]);
});

test('closed-loop is said of closed cells only', () => {
  expect(closedLoop(makeCell(repeated(rateCell(), 3)))).toEqual([]);
  expect(closedLoop(makeCell(repeated(capacityCell(), 3)))).toEqual([]);
  expect(closedLoop(makeCell(repeated(usersCell(), 3)))).toHaveLength(1);
});
