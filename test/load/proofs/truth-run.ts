import { decodeHistogram, meanMs, quantileMs } from '../../../src/core/histogram.ts';
import { always, type LoadPlan, type PlannedRequest } from '../../../src/core/load-plan.ts';
import type { LoadMessage, LoadResult } from '../../../src/core/load-result.ts';
import { run } from '../plans.ts';
import type { NoiseLimits } from './noise/noise-guard.ts';
import { runDelayMs } from './noise/run-delay.ts';
import type { Bench } from './proof.ts';
import type { TruthRecord } from './truth/truth-record.ts';
import type { TruthScript } from './truth/truth-script.ts';
import { startTruthServer } from './truth/truth-server.ts';

/** Asks for the truth server's answer number `{{seq}}`. */
export const NUMBERED_REQUEST: PlannedRequest = {
  name: 'GET /truth',
  method: 'GET',
  path: '/truth/{{seq}}',
  headers: {},
  body: null,
  expect: { statuses: [200], json: '{"ok":true}' },
};

/** The warm-up of what is held to a time, after the engine's rehearsal (docs/adr/0017-rehearsal.md). */
export const SETTLED_S = 1;

/** Of a run that must not be void: one in which nothing is planted. */
export const CONTROL_WINDOW_S = 3;
/** A run is void where 1 of 200 requests was late, and the engine is late where it waits for its core: more than that is the host's. */
export const CONTROL_NOISE: Partial<NoiseLimits> = { wait: 0.005 };

export type PlanChange = Partial<LoadPlan> & Pick<LoadPlan, 'model'>;

export function truthPlan(port: number, change: PlanChange): LoadPlan {
  return {
    host: '127.0.0.1',
    port,
    workload: always(NUMBERED_REQUEST),
    warmup_s: 0.3,
    window_s: 1,
    timeout_s: 4,
    seed: 1,
    ...change,
  };
}

export interface TruthRun {
  readonly plan: LoadPlan;
  readonly result: LoadResult;
  readonly truth: TruthRecord;
}

export interface TruthRunOptions {
  /** Called with each message of the engine, and the processes that a proof may stop. */
  readonly onMessage?: (message: LoadMessage, pids: { readonly engine: number; readonly server: number }) => void;
  /** The proof itself stops the server once: its longest pause is no noise. */
  readonly stopsServer?: boolean;
}

/** Runs the engine against a truth server that answers as the script says. */
export async function truthRun(
  { signal, serverCpus, generatorCpus, watch }: Bench,
  script: TruthScript,
  change: PlanChange,
  options: TruthRunOptions = {},
): Promise<TruthRun> {
  // What is held to a time has a warm-up by which the engine settles.
  const rehearses = (change.warmup_s ?? 0) >= SETTLED_S;
  await using server = await startTruthServer(script, { cpus: serverCpus, rehearses });
  const plan = truthPlan(server.port, change);
  let engine = 0;
  const delays: (number | null)[] = [];
  const result = await run(plan, {
    signal,
    cpus: generatorCpus,
    onStart: (pid) => void (engine = pid),
    onMessage: (message) => {
      if (message.type === 'phase' && (message.phase === 'window' || message.phase === 'drain'))
        delays.push(runDelayMs(engine));
      options.onMessage?.(message, { engine, server: server.pid });
    },
  });
  const truth = await server.record();
  watch.stood(truth.stood_ms - (options.stopsServer === true ? truth.longest_pause_ms : 0));
  const [from, to] = delays;
  if (typeof from === 'number' && typeof to === 'number')
    watch.waited(Math.max(0, to - from) / 1000 / result.duration_s);
  return { plan, result, truth };
}

export type HistogramName = keyof LoadResult['histograms'];

/** What the engine recorded, withheld or not: NaN of nothing. */
export function recorded(
  result: LoadResult,
  name: HistogramName,
): { quantile: (q: number) => number; mean: number; count: number } {
  const histogram = decodeHistogram(result.histograms[name]);
  return {
    quantile: (q) => quantileMs(histogram, q) ?? Number.NaN,
    mean: meanMs(histogram) ?? Number.NaN,
    count: histogram.totalCount,
  };
}
