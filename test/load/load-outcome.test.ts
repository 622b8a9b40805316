import { describe, expect, test } from 'vitest';
import { loadPlanSchema } from '../../src/core/load-plan.ts';
import type { LoadResult } from '../../src/core/load-result.ts';
import { failedAs, Ledger, OK } from '../../src/load/ledger.ts';
import { assembleResult } from '../../src/load/load-outcome.ts';
import { merged, type RunTotal } from '../../src/load/run-total.ts';
import { dumpRun } from '../../src/load/run-dump.ts';
import { Timeline } from '../../src/load/timeline.ts';
import { TurnWatch } from '../../src/load/turn-watch.ts';
import { shortPlan } from './plans.ts';

const PLAN = loadPlanSchema.parse(shortPlan(80));
const NAMES = ['GET /common', 'GET /rare'];
/** Below 2,048 µs, where percentiles are exact. */
const SERVICE_MS = 2;
const LATE_MS = 5;

interface Ended {
  readonly name: number;
  readonly count: number;
  /** The engine came late to them by `LATE_MS`. */
  readonly late?: boolean;
  /** They got no answer. */
  readonly fails?: boolean;
}

/** The result of a run in which these requests ended, through the dump of a thread. */
function resultOf(...all: readonly Ended[]): LoadResult {
  const timeline = new Timeline(0);
  timeline.endRamp(0, 0, 1000);
  const ledger = new Ledger(timeline, PLAN.timeout_s * 1000, NAMES.length);
  const turns = new TurnWatch(timeline);
  for (const { name, count, late = false, fails = false } of all) {
    const reached = late ? LATE_MS : 0;
    for (let i = 0; i < count; i += 1) {
      turns.begin(0);
      ledger.requests += 1;
      ledger.ended(name, 0, reached, reached, reached + SERVICE_MS, fails ? failedAs('timeout') : OK, !fails);
      turns.stamped(name, reached);
      turns.end(0.1);
    }
  }
  const dump = dumpRun({
    timeline,
    ledger,
    turns,
    driver: { sentTotal: 0, staleConnections: 0, generatorFaults: new Map(), mostOpen: 1 },
    iterations: { begun: 0, completed: 0, broken: 0 },
    cost: { busy: 0, cpuS: 0, gcMs: 0 },
    rssMb: 0,
    givenUp: 0,
    unreached: 0,
  });
  const total: RunTotal = merged([structuredClone(dump)], PLAN.timeout_s * 1000, NAMES.length);
  return assembleResult({ plan: PLAN, names: NAMES, threads: 1, total, seconds: [] });
}

describe('the percentiles of a part of the requests', () => {
  test('are withheld of a name whose requests were all late, and shown of the others', () => {
    const result = resultOf({ name: 0, count: 5000 }, { name: 1, count: 20, late: true });
    expect(result.withheld).toEqual(['p99', 'p999', 'max']);
    expect(result.latency_ms.p50).toBe(SERVICE_MS);
    const [common, rare] = result.by_request!;
    expect(rare).toMatchObject({ requests: 20, latency_ms: { p50: null, max: null }, service_ms: { p50: null } });
    expect(common).toMatchObject({
      requests: 5000,
      latency_ms: { p50: SERVICE_MS, p999: SERVICE_MS, max: SERVICE_MS },
    });
  });

  test('are withheld of the ok answers where these may be the late ones', () => {
    const result = resultOf({ name: 0, count: 5000, fails: true }, { name: 0, count: 20, late: true });
    expect(result.withheld).toEqual(['p99', 'p999', 'max']);
    expect([result.latency_ok_ms.p50, result.service_ms.p50]).toEqual([null, null]);
    expect(result.latency_ms.p50).not.toBeNull();
  });

  test('are all shown where nothing was late', () => {
    const { withheld, by_request, latency_ok_ms } = resultOf({ name: 0, count: 50 }, { name: 1, count: 5 });
    expect([withheld, latency_ok_ms.max, by_request?.[1]?.latency_ms.max]).toEqual([[], SERVICE_MS, SERVICE_MS]);
  });
});
