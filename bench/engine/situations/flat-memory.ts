import { availableParallelism } from 'node:os';
import { numberText, percentText } from '../../../src/core/number-text.ts';
import { coresForOne } from '../cores.ts';
import { fitLine } from '../line-fit.ts';
import { startNginx } from '../nginx.ts';
import { memoryMb } from '../process-cost.ts';
import type { Finding } from '../section.ts';
import { checked, planFor } from '../tools/benchwright.ts';
import type { Bench } from './bench.ts';

const CONNECTIONS = 50;
const WINDOW_S = 60;
/**
 * Of the memory at the beginning: what the line through all seconds may rise in a minute and still be flat. The collector's steps are of
 * some MB; one byte kept of each request would be some 6 MB.
 */
const FLAT_SHARE = 0.05;

/** The engine's resident memory over a minute at full speed, second by second. */
export async function flatMemory({ runEngine }: Bench): Promise<Finding> {
  const cores = coresForOne(availableParallelism());
  if (cores === null) throw new Error('two cores are needed: one for nginx, one for the generator');
  await using server = await startNginx(cores.server);
  const rows: number[] = [];
  let pid = 0;
  const model = { kind: 'connections' as const, connections: CONNECTIONS };
  const result = await runEngine(planFor(server, { model, warmup_s: 1, window_s: WINDOW_S }), {
    signal: new AbortController().signal,
    cpus: cores.generator,
    onStart: (started) => (pid = started),
    onMessage: (message) => {
      if (message.type !== 'second' || message.second.phase !== 'window') return;
      const resident = memoryMb(pid, 'VmRSS');
      if (resident !== null) rows.push(resident);
    },
  });
  checked(result);
  const { start, slope } = fitLine(rows);
  const rise = slope * (rows.length - 1);
  const mb = (value: number | undefined): string => (value ?? Number.NaN).toFixed(1);
  return {
    table: [
      ['seconds', 'requests/s', 'first second, MB', 'last second, MB', 'lowest–highest, MB', 'slope, MB/min'],
      [
        String(rows.length),
        numberText(Math.round(result.throughput_rps)),
        mb(rows[0]),
        mb(rows.at(-1)),
        `${mb(Math.min(...rows))}–${mb(Math.max(...rows))}`,
        (slope * 60).toFixed(2),
      ],
    ],
    goals: [
      {
        what: `rise of resident memory over ${WINDOW_S} s at full speed, of the line through all seconds`,
        goal: `≤ ${percentText(FLAT_SHARE)} of the beginning`,
        seen: `${mb(rise)} MB of ${mb(start)} MB`,
        verdict: rise <= FLAT_SHARE * start ? 'met' : 'missed',
      },
    ],
    how: `${CONNECTIONS} connections, a window of ${WINDOW_S} s after 1 s of warm-up, nginx on core ${cores.server.join()}, generator on core ${cores.generator.join()}`,
    figures: { resident_mb: rows, slope_mb_per_s: slope, throughput_rps: result.throughput_rps },
  };
}
