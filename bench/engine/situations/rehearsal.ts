import { availableParallelism } from 'node:os';
import type { LoadResult } from '../../../src/core/load-result.ts';
import { REHEARSAL_S } from '../../../src/core/limits.ts';
import { coresForOne } from '../cores.ts';
import { median } from '../median.ts';
import { type Nginx, startNginx } from '../nginx.ts';
import type { Finding } from '../section.ts';
import { checked, planFor } from '../tools/benchwright.ts';
import type { Bench } from './bench.ts';

const RATE_RPS = 1000;
const WINDOW_S = 2;
/** After which the engine is as cold as it can be measured, and after the default of a spec. */
const WARMUPS_S = [0.2, 1, 2] as const;

/** How many of a thousand requests a young engine is late for, with its rehearsal and without: taking turns. */
export async function rehearsal({ runEngine, rounds, say }: Bench): Promise<Finding> {
  const cores = coresForOne(availableParallelism());
  if (cores === null) throw new Error('two cores are needed: one for nginx, one for the generator');
  await using server = await startNginx(cores.server);
  const late = new Map<string, number[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const warmup_s of WARMUPS_S) {
      for (const rehearsal_s of [0, REHEARSAL_S]) {
        const { contaminated, requests } = await oneRun(server, { warmup_s, rehearsal_s });
        const key = `${warmup_s} ${rehearsal_s}`;
        late.set(key, [...(late.get(key) ?? []), (1000 * contaminated) / requests]);
        say(`warm-up ${warmup_s} s, rehearsal ${rehearsal_s} s: ${contaminated} of ${requests} late`);
      }
    }
  }
  const shown = (warmup_s: number, rehearsal_s: number): string => {
    const seen = late.get(`${warmup_s} ${rehearsal_s}`) ?? [];
    return `${median(seen).toFixed(1)} (${Math.min(...seen).toFixed(1)}–${Math.max(...seen).toFixed(1)})`;
  };
  return {
    table: [
      ['warm-up', 'late of 1,000 requests without a rehearsal', `with one of ${REHEARSAL_S} s`],
      ...WARMUPS_S.map((warmup_s) => [`${warmup_s} s`, shown(warmup_s, 0), shown(warmup_s, REHEARSAL_S)]),
    ],
    goals: [],
    how: `${RATE_RPS} requests/s at a constant rate, medians and ranges of ${rounds} runs of ${WINDOW_S} s taking turns, nginx on core ${cores.server.join()}, generator on core ${cores.generator.join()}`,
    figures: Object.fromEntries(late),
  };

  async function oneRun(
    to: Nginx,
    { warmup_s, rehearsal_s }: { readonly warmup_s: number; readonly rehearsal_s: number },
  ): Promise<LoadResult> {
    const model = {
      kind: 'rate',
      rate_rps: RATE_RPS,
      arrivals: 'constant',
      connections: 10,
      max_connections: 100,
    } as const;
    const plan = { ...planFor(to, { model, warmup_s, window_s: WINDOW_S }), rehearsal_s };
    return checked(await runEngine(plan, { signal: new AbortController().signal, cpus: cores?.generator }));
  }
}
