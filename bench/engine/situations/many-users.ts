import { availableParallelism } from 'node:os';
import { numberText, percentText } from '../../../src/core/number-text.ts';
import { coresForOne } from '../cores.ts';
import { startNginx } from '../nginx.ts';
import type { Finding } from '../section.ts';
import { checked, planFor } from '../tools/benchwright.ts';
import type { Bench } from './bench.ts';

const USERS = 10_000;
const RAMP_USERS_PER_S = 2_000;
const WARMUP_S = 3;
const WINDOW_S = 30;
const MOST_LAG_MS = 1;

/** How late the engine gets to requests when 10,000 users think for one to two seconds. */
export async function manyUsers({ runEngine }: Bench): Promise<Finding> {
  const cores = coresForOne(availableParallelism());
  if (cores === null) throw new Error('two cores are needed: one for nginx, one for the generator');
  await using server = await startNginx(cores.server);
  const think_time = { kind: 'uniform' as const, lo_s: 1, hi_s: 2 };
  const model = { kind: 'users' as const, users: USERS, think_time, ramp_users_per_s: RAMP_USERS_PER_S };
  const result = checked(
    await runEngine(planFor(server, { model, warmup_s: WARMUP_S, window_s: WINDOW_S }), {
      signal: new AbortController().signal,
      cpus: cores.generator,
    }),
  );
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
    goals: [
      {
        what: `sched_lag p99 with ${numberText(USERS)} users who think 1–2 s`,
        goal: `< ${MOST_LAG_MS} ms`,
        seen: `${ms(lag)} ms`,
        verdict: lag !== null && lag < MOST_LAG_MS ? 'met' : 'missed',
      },
    ],
    how: `a window of ${WINDOW_S} s after ${WARMUP_S} s of warm-up, nginx on core ${cores.server.join()}, generator on core ${cores.generator.join()}`,
    figures: { sched_lag_ms, turn_ms, contaminated, requests, generator, throughput_rps },
  };
}
