import { availableParallelism } from 'node:os';
import { numberText } from '../../../src/core/number-text.ts';
import { type Cores, coresForTwo } from '../cores.ts';
import { median } from '../median.ts';
import { type Nginx, startNginx } from '../nginx.ts';
import type { Finding } from '../section.ts';
import { checked, planFor } from '../tools/benchwright.ts';
import type { RunEngine } from '../tools/tool.ts';
import type { Bench } from './bench.ts';

const CONNECTIONS = 100;
const HEADINGS = ['threads', 'requests/s', 'two ÷ one (range)'];

/** Requests/s of two threads beside one, in turn. */
export async function threads({ runEngine, rounds, seconds, say }: Bench): Promise<Finding> {
  const count = availableParallelism();
  const cores = coresForTwo(count);
  if (cores === null) return notJudged(count);
  await using server = await startNginx(cores.server);
  const pairs: [number, number][] = [];
  for (let round = 0; round < rounds; round += 1) {
    // The one that begins changes: none is always the first after a pause.
    const order = round % 2 === 0 ? [1, 2] : [2, 1];
    const rates = new Map<number, number>();
    for (const n of order) rates.set(n, await rateOf(runEngine, server, cores, n, seconds));
    pairs.push([rates.get(1) ?? Number.NaN, rates.get(2) ?? Number.NaN]);
    say(
      `round ${round + 1}/${rounds}  one thread ${Math.round(rates.get(1) ?? 0)}, two ${Math.round(rates.get(2) ?? 0)} requests/s`,
    );
  }
  return findingOf(pairs, cores, seconds);
}

/** NaN: the engine will not vouch for it. */
async function rateOf(runEngine: RunEngine, server: Nginx, cores: Cores, n: number, seconds: number): Promise<number> {
  const model = { kind: 'connections' as const, connections: CONNECTIONS };
  const result = await runEngine(planFor(server, { model, threads: n, warmup_s: 1, window_s: seconds }), {
    signal: new AbortController().signal,
    cpus: cores.generator.slice(0, n),
  });
  const { throughput_rps, void: isVoid } = checked(result);
  return isVoid ? Number.NaN : throughput_rps;
}

function findingOf(all: readonly [number, number][], cores: Cores, seconds: number): Finding {
  const pairs = all.filter((pair) => !pair.some(Number.isNaN));
  const ratios = pairs.map(([one, two]) => two / one);
  const range = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
  const rate = (which: 0 | 1): string => numberText(Math.round(median(pairs.map((pair) => pair[which]))));
  return {
    table: [HEADINGS, ['1', rate(0), ''], ['2', rate(1), `${median(ratios).toFixed(2)} (${range})`]],
    // What two threads should reach depends on what the server's cores leave: no goal is set.
    goals: [],
    how: `${CONNECTIONS} connections, medians of ${pairs.length} rounds of ${seconds} s each, ${all.length - pairs.length} void ones left out, nginx on cores ${cores.server.join()}, threads on cores ${cores.generator.join()}`,
    figures: { pairs: all },
  };
}

function notJudged(count: number): Finding {
  const why = `two threads need two cores beside the server's: this host has ${count} cores, 4 are needed`;
  return {
    table: [HEADINGS, ['2', 'cannot be judged here', '']],
    goals: [{ what: 'two threads beside one', goal: '', seen: why, verdict: 'not judged' }],
    how: 'nothing was run',
    figures: null,
  };
}
