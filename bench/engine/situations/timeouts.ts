import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { decodeHistogram, quantileMs } from '../../../src/core/histogram.ts';
import { always, getRoot } from '../../../src/core/load-plan.ts';
import { FAILURE_CLASSES, type LoadResult } from '../../../src/core/load-result.ts';
import { numberText } from '../../../src/core/number-text.ts';
import { coresForOne } from '../cores.ts';
import type { Finding, Goal } from '../section.ts';
import type { Bench } from './bench.ts';

const TIMEOUT_S = 0.5;
const RATE_RPS = 100;
const WINDOW_S = 5;
const LATEST_MS = 5;

interface SilentServer extends AsyncDisposable {
  readonly port: number;
}

/** A server that never answers. Stopped: the kernel takes a connection or two for it, and then none. */
async function startSilent(takesConnections: boolean): Promise<SilentServer> {
  const backlog = takesConnections ? 1024 : 1;
  const code = `const s = net.createServer(() => {}); s.listen({ port: 0, host: '127.0.0.1', backlog: ${backlog} }, () => console.log(s.address().port))`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'close');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  if (!takesConnections) child.kill('SIGSTOP');
  return {
    port: Number(line.toString()),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

interface Ended {
  readonly what: string;
  readonly count: number;
  /** After the timeout, ms, as exact as the histogram (0.1 %): the first, the median, the p99 and the last. */
  readonly first: number;
  readonly p50: number;
  readonly p99: number;
  readonly last: number;
}

async function endOf(
  run: Bench['runEngine'],
  what: string,
  takesConnections: boolean,
  cpus: readonly number[],
): Promise<Ended> {
  await using server = await startSilent(takesConnections);
  const model = {
    kind: 'rate',
    rate_rps: RATE_RPS,
    arrivals: 'constant',
    connections: 1,
    max_connections: 1000,
  } as const;
  const result = await run(
    {
      host: '127.0.0.1',
      port: server.port,
      workload: always(getRoot('{}')),
      model,
      warmup_s: 1,
      window_s: WINDOW_S,
      timeout_s: TIMEOUT_S,
      seed: 1,
    },
    { signal: new AbortController().signal, cpus },
  );
  return endedOf(what, result);
}

function endedOf(what: string, result: LoadResult): Ended {
  const latency = decodeHistogram(result.histograms.latency);
  const after = (q: number): number => (quantileMs(latency, q) ?? Number.NaN) - 1000 * TIMEOUT_S;
  return {
    what,
    count: FAILURE_CLASSES.reduce((sum, name) => sum + result.failed[name], 0),
    first: after(1 / latency.totalCount),
    p50: after(0.5),
    p99: after(0.99),
    last: after(1),
  };
}

/** How long after its timeout a request ends that is not answered, and one that gets no connection. */
export async function timeouts({ runEngine }: Bench): Promise<Finding> {
  const cores = coresForOne(availableParallelism());
  if (cores === null) throw new Error('two cores are needed: one for the server, one for the generator');
  const found = [
    await endOf(runEngine, 'requests without an answer', true, cores.generator),
    await endOf(runEngine, 'requests without a connection', false, cores.generator),
  ];
  const ms = (value: number): string => value.toFixed(2);
  return {
    table: [
      ['what timed out', 'how many', 'after the timeout: first, ms', 'p50, ms', 'p99, ms', 'last, ms'],
      ...found.map(({ what, count, first, p50, p99, last }) => [
        what,
        numberText(count),
        ...[first, p50, p99, last].map(ms),
      ]),
    ],
    goals: found.map(goalOf),
    how: `a timeout of ${TIMEOUT_S} s, ${RATE_RPS} requests/s at a constant rate for ${WINDOW_S} s, generator on core ${cores.generator.join()}`,
    figures: found,
  };
}

function goalOf({ what, count, p99 }: Ended): Goal {
  const isMet = count === RATE_RPS * WINDOW_S && Math.abs(p99) <= LATEST_MS;
  return {
    what: `${what}: all of them end, 99 of 100 within ${LATEST_MS} ms after the timeout`,
    goal: `within ${LATEST_MS} ms`,
    seen: `${p99.toFixed(2)} ms, ${count} of ${RATE_RPS * WINDOW_S}`,
    verdict: isMet ? 'met' : 'missed',
  };
}
