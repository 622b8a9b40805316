import { availableParallelism } from 'node:os';
import { numberText } from '../../../src/core/number-text.ts';
import { coresForOne } from '../cores.ts';
import { startNginx } from '../nginx.ts';
import { memoryMb, watchProcess } from '../process-cost.ts';
import type { Finding } from '../section.ts';
import { checked, planFor } from '../tools/benchwright.ts';
import type { Bench } from './bench.ts';

const CONNECTIONS = 1_000;
const MOST_MB = 150;

/** The engine's memory at 1,000 connections at full speed. */
export async function manyConnections({ runEngine, seconds }: Bench): Promise<Finding> {
  const cores = coresForOne(availableParallelism());
  if (cores === null) throw new Error('two cores are needed: one for nginx, one for the generator');
  await using server = await startNginx(cores.server);
  const started = Promise.withResolvers<ReturnType<typeof watchProcess>>();
  let pid = 0;
  let resident = Number.NaN;
  const model = { kind: 'connections' as const, connections: CONNECTIONS };
  const result = await runEngine(planFor(server, { model, warmup_s: 1, window_s: seconds }), {
    signal: new AbortController().signal,
    cpus: cores.generator,
    onStart: (its) => {
      pid = its;
      started.resolve(watchProcess(its));
    },
    onMessage: ({ type }) => {
      if (type === 'second') resident = memoryMb(pid, 'VmRSS') ?? resident;
    },
  });
  const { throughput_rps } = checked(result);
  const { memory_peak_mb } = (await started.promise).stop();
  return {
    table: [
      ['connections', 'requests/s', 'resident in the last second, MB', 'peak, MB'],
      [numberText(CONNECTIONS), numberText(Math.round(throughput_rps)), resident.toFixed(0), memory_peak_mb.toFixed(0)],
    ],
    goals: [
      {
        what: `peak memory at ${numberText(CONNECTIONS)} connections`,
        goal: `≤ ${MOST_MB} MB`,
        seen: `${memory_peak_mb.toFixed(0)} MB`,
        verdict: memory_peak_mb <= MOST_MB ? 'met' : 'missed',
      },
    ],
    how: `a window of ${seconds} s after 1 s of warm-up, nginx on core ${cores.server.join()}, generator on core ${cores.generator.join()}`,
    figures: { throughput_rps, resident_mb: resident, memory_peak_mb },
  };
}
