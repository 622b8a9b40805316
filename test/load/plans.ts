import { decodeHistogram, quantileMs } from '../../src/core/histogram.ts';
import { always, type LoadPlan, type PlannedRequest } from '../../src/core/load-plan.ts';
import { FAILURE_CLASSES, type FailureClass, type LoadResult } from '../../src/core/load-result.ts';
import { runEngine, type RunEngineOptions } from '../../src/load/run-engine.ts';

/** What the scripted server answers with its usual answer. */
export const GET_TEST: PlannedRequest = {
  name: 'GET /test',
  method: 'GET',
  path: '/test',
  headers: {},
  body: null,
  expect: { statuses: [200], json: '{"ok":true}' },
};

/** A short plan against a server of the tests; `change` replaces parts of it, `request` its one request. */
export function shortPlan(
  port: number,
  { request = GET_TEST, ...change }: Partial<LoadPlan> & { readonly request?: PlannedRequest } = {},
): LoadPlan {
  return {
    host: '127.0.0.1',
    port,
    workload: always(request),
    model: { kind: 'connections', connections: 4 },
    warmup_s: 0.1,
    window_s: 0.5,
    timeout_s: 2,
    seed: 1,
    // Most tests hold it to no time.
    rehearsal_s: 0,
    ...change,
  };
}

/** Runs the plan; whatever comes of it, the engine's process must be gone afterwards. */
export async function run(plan: LoadPlan, options: Partial<RunEngineOptions> = {}): Promise<LoadResult> {
  let pid = 0;
  const onStart = (started: number): void => {
    pid = started;
    options.onStart?.(started);
  };
  const [settled] = await Promise.allSettled([
    runEngine(plan, { signal: new AbortController().signal, ...options, onStart }),
  ]);
  if (pid > 0 && isAlive(pid)) throw new Error(`the engine (${pid}) outlived its run`);
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A percentile as it was recorded, also where the run withholds it (a disturbed host must not fail a test). */
export function recordedMs(result: LoadResult, histogram: keyof LoadResult['histograms'], q: number): number {
  return quantileMs(decodeHistogram(result.histograms[histogram]), q) ?? Number.NaN;
}

export function recordedCount(result: LoadResult, histogram: keyof LoadResult['histograms']): number {
  return decodeHistogram(result.histograms[histogram]).totalCount;
}

export function failedCount(result: LoadResult): number {
  return FAILURE_CLASSES.reduce((sum, name) => sum + result.failed[name], 0);
}

/** The failure classes that occurred. */
export function failureClasses(result: LoadResult): FailureClass[] {
  return FAILURE_CLASSES.filter((name) => result.failed[name] > 0);
}
