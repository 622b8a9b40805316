import { availableParallelism } from 'node:os';
import { numberText, percentText } from '../../../src/core/number-text.ts';
import { type Cores, coresForOne } from '../cores.ts';
import { type Nginx, startNginx } from '../nginx.ts';
import { guarded } from '../../../test/load/proofs/noise/noise-guard.ts';
import { runDelayMs } from '../../../test/load/proofs/noise/run-delay.ts';
import type { HostWatch } from '../../../test/load/proofs/noise/host-noise.ts';
import type { LoadResult } from '../../../src/core/load-result.ts';
import type { Finding, Goal } from '../section.ts';
import { checked, planFor } from '../tools/benchwright.ts';
import type { Bench } from './bench.ts';

const USERS = 10_000;
const RAMP_USERS_PER_S = 2_000;
const WARMUP_S = 3;
const WINDOW_S = 30;
const MOST_LAG_MS = 1;

type Measured = (watch: Omit<HostWatch, 'end'>) => Promise<LoadResult>;

/** One run, which tells the watch for how long the engine had no core. */
function runIn({ runEngine }: Bench, server: Nginx, cpus: readonly number[]): Measured {
  const think_time = { kind: 'uniform' as const, lo_s: 1, hi_s: 2 };
  const model = { kind: 'users' as const, users: USERS, think_time, ramp_users_per_s: RAMP_USERS_PER_S };
  return async (watch) => {
    let pid = 0;
    const delays: number[] = [];
    const result = await runEngine(planFor(server, { model, warmup_s: WARMUP_S, window_s: WINDOW_S }), {
      signal: new AbortController().signal,
      cpus,
      onStart: (started) => void (pid = started),
      onMessage: (message) => {
        if (message.type === 'phase' && (message.phase === 'window' || message.phase === 'drain'))
          delays.push(runDelayMs(pid) ?? Number.NaN);
      },
    });
    const [from = Number.NaN, to = Number.NaN] = delays;
    // Where the kernel does not count it, nothing is known of it.
    if (to > from) watch.waited((to - from) / 1000 / result.duration_s);
    return checked(result);
  };
}

/** `disturbed`: why no measurement is to be judged; null: one is. A generator that is late then may be no worse for it than others. */
export function lagGoal(p99_ms: number | null, disturbed: readonly string[] | null): Goal {
  const seen = `${p99_ms === null ? '' : p99_ms.toFixed(3)} ms`;
  const isMet = p99_ms !== null && p99_ms < MOST_LAG_MS;
  return {
    what: `sched_lag p99 with ${numberText(USERS)} users who think 1–2 s`,
    goal: `< ${MOST_LAG_MS} ms`,
    seen: disturbed === null ? seen : `${seen}; the host was disturbed each time: ${disturbed.join('; ')}`,
    verdict: disturbed !== null ? 'not judged' : isMet ? 'met' : 'missed',
  };
}

/** How late the engine gets to requests when 10,000 users think for one to two seconds. A disturbed measurement is repeated. */
export async function manyUsers(bench: Bench): Promise<Finding> {
  const cores = coresForOne(availableParallelism());
  if (cores === null) throw new Error('two cores are needed: one for nginx, one for the generator');
  await using server = await startNginx(cores.server);
  const measure = runIn(bench, server, cores.generator);
  const results: LoadResult[] = [];
  const guard = await guarded(async (watch) => void results.push(await measure(watch)));
  // Also what is not judged is shown: the last of it.
  return findingOf(results.at(-1) as LoadResult, guard.judged ? null : guard.disturbed, cores);
}

function findingOf(result: LoadResult, disturbed: readonly string[] | null, cores: Cores): Finding {
  const { sched_lag_ms, turn_ms, generator, throughput_rps, contaminated, requests } = result;
  const ms = (value: number | null): string => (value === null ? '' : value.toFixed(3));
  const lag = sched_lag_ms.p99;
  return {
    table: [
      [
        'users',
        'requests/s',
        'sched_lag p50, ms',
        'p99, ms',
        'max, ms',
        'turn p99, ms',
        'contaminated',
        'generator busy',
        'memory, MB',
      ],
      [
        numberText(USERS),
        numberText(Math.round(throughput_rps)),
        ms(sched_lag_ms.p50),
        ms(lag),
        ms(sched_lag_ms.max),
        ms(turn_ms.p99),
        percentText(contaminated / requests),
        percentText(generator.busy),
        generator.rss_mb.toFixed(0),
      ],
    ],
    goals: [lagGoal(lag, disturbed)],
    how: `a window of ${WINDOW_S} s after ${WARMUP_S} s of warm-up, nginx on core ${cores.server.join()}, generator on core ${cores.generator.join()}`,
    figures: { sched_lag_ms, turn_ms, contaminated, requests, generator, throughput_rps },
  };
}
