import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { numberText } from '../../../src/core/number-text.ts';
import { coresForOne } from '../cores.ts';
import { type Cost, costsOf } from '../costs/cost-classes.ts';
import { readSamples } from '../costs/perf-script.ts';
import { findPerf, runPerf } from '../costs/run-perf.ts';
import { startNginx } from '../nginx.ts';
import type { Finding } from '../section.ts';
import { checked, planFor } from '../tools/benchwright.ts';
import type { Bench } from './bench.ts';

const CONNECTIONS = 50;
const WINDOW_S = 7;
/** The engine starts, rehearses and warms up first. */
const BEFORE_S = 3.5;
const SAMPLED_S = 4;
const SAMPLES_PER_S = 2000;

/** Where the CPU of the generator goes at full speed, by what `perf` sees on its stack. */
export async function costs({ runEngine }: Bench): Promise<Finding> {
  const cores = coresForOne(availableParallelism());
  const perf = findPerf();
  if (cores === null || perf === null)
    return notJudged(perf === null ? 'perf is not installed' : 'two cores are needed');
  await using server = await startNginx(cores.server);
  const folder = await mkdtemp(join(tmpdir(), 'benchwright-perf-'));
  const file = join(folder, 'perf.data');
  let sampled: Promise<unknown> = Promise.resolve();
  let pid = 0;
  try {
    using _ = nodeOption('--perf-basic-prof');
    const model = { kind: 'connections' as const, connections: CONNECTIONS };
    const result = await runEngine(planFor(server, { model, warmup_s: 1, window_s: WINDOW_S }), {
      signal: new AbortController().signal,
      cpus: cores.generator,
      onStart: (started) => {
        pid = started;
        sampled = setTimeout(1000 * BEFORE_S).then(() =>
          runPerf(perf, [
            'record',
            '-F',
            String(SAMPLES_PER_S),
            '-g',
            '-o',
            file,
            '-p',
            String(pid),
            '--',
            'sleep',
            String(SAMPLED_S),
          ]),
        );
      },
    });
    await sampled;
    const { throughput_rps } = checked(result);
    const samples = readSamples((await runPerf(perf, ['script', '-i', file])).stdout);
    return findingOf(costsOf(samples), samples.length, throughput_rps);
  } finally {
    await rm(folder, { recursive: true, force: true });
    // V8 writes it where perf looks for it, whatever TMPDIR says.
    await rm(`/tmp/perf-${pid}.map`, { force: true });
  }
}

/** For the processes that are started until it is disposed. */
function nodeOption(option: string): Disposable {
  const before = process.env['NODE_OPTIONS'];
  process.env['NODE_OPTIONS'] = `${before ?? ''} ${option}`.trim();
  return {
    [Symbol.dispose]: () => {
      if (before === undefined) delete process.env['NODE_OPTIONS'];
      else process.env['NODE_OPTIONS'] = before;
    },
  };
}

function findingOf(found: readonly Cost[], samples: number, rps: number): Finding {
  return {
    table: [
      ['what the generator’s core did', 'share of its time'],
      ...found.map(({ what, share }) => [what, `${(100 * share).toFixed(1)} %`]),
    ],
    goals: [],
    how: `${CONNECTIONS} connections, ${numberText(Math.round(rps))} requests/s, ${numberText(samples)} samples of perf in ${SAMPLED_S} s`,
    figures: { costs: found, samples, throughput_rps: rps },
  };
}

function notJudged(why: string): Finding {
  return {
    table: [
      ['what the generator’s core did', 'share of its time'],
      ['cannot be judged here', ''],
    ],
    goals: [{ what: 'what perf sees', goal: '', seen: why, verdict: 'not judged' }],
    how: 'nothing was run',
    figures: null,
  };
}
