import type { LoadPlan } from '../../src/core/load-plan.ts';
import { FAILURE_CLASSES, type FailureClass, type LoadResult } from '../../src/core/load-result.ts';
import { runEngine, type RunEngineOptions } from '../../src/load/run-engine.ts';

/** A short plan against a server of the tests; `change` replaces parts of it. */
export function shortPlan(port: number, change: Partial<LoadPlan> = {}): LoadPlan {
  return {
    host: '127.0.0.1',
    port,
    request: {
      name: 'GET /test',
      method: 'GET',
      path: '/test',
      headers: {},
      body: null,
      expect: { statuses: [200], json: '{"ok":true}' },
    },
    model: { kind: 'connections', connections: 4 },
    warmup_s: 0.1,
    window_s: 0.5,
    timeout_s: 2,
    seed: 1,
    ...change,
  };
}

export function run(plan: LoadPlan, options: Partial<RunEngineOptions> = {}): Promise<LoadResult> {
  return runEngine(plan, { signal: new AbortController().signal, ...options });
}

export function failedCount(result: LoadResult): number {
  return FAILURE_CLASSES.reduce((sum, name) => sum + result.failed[name], 0);
}

/** The failure classes that occurred. */
export function failureClasses(result: LoadResult): FailureClass[] {
  return FAILURE_CLASSES.filter((name) => result.failed[name] > 0);
}
