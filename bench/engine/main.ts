/**
 * `npm run bench:engine`: requests/s of one generator core beside other load generators, against nginx on another core.
 * All tools take turns in every round, so that a slow minute of the host hits all of them; ratios are taken per round.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { holdMeasureLock } from '../../test/measure-lock.ts';
import { startNginx } from './nginx.ts';
import { type Run, type Tool, TOOLS } from './tools.ts';

const CONNECTIONS = 50;
const SECONDS = 3;
const ROUNDS = 7;
const SERVER_CPU = 0;
const GENERATOR_CPU = 1;
const BASE = 'benchwright';
const FLOOR_OF_WRK = 0.7;

interface Row {
  readonly tool: string;
  readonly rps: number;
  readonly cpu_us_per_request: number;
  readonly rss_peak_mb: number;
  /** Median, lowest and highest over the rounds of ours / this tool. */
  readonly ours_by_this: { readonly median: number; readonly lowest: number; readonly highest: number };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

type Runner = Tool & { readonly run: NonNullable<Tool['run']> };

async function measure(tools: readonly Runner[]): Promise<Map<string, Run[]>> {
  await using nginx = await startNginx(SERVER_CPU);
  const runs = new Map<string, Run[]>(tools.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    // Each round begins with another tool: none is always the first after a pause.
    const turn = tools.map((_, i) => tools[(i + round) % tools.length] as Runner);
    for (const { name, run } of turn) {
      const done = await run({ nginx, connections: CONNECTIONS, seconds: SECONDS, cpu: GENERATOR_CPU });
      runs.get(name)?.push(done);
      process.stderr.write(`round ${round + 1}/${ROUNDS}  ${name.padEnd(16)} ${Math.round(done.rps)} requests/s\n`);
    }
  }
  return runs;
}

function summarise(runs: ReadonlyMap<string, readonly Run[]>): Row[] {
  const base = runs.get(BASE) ?? [];
  return [...runs].map(([tool, done]) => {
    const ratios = done.map((run, i) => (base[i]?.rps ?? Number.NaN) / run.rps);
    return {
      tool,
      rps: median(done.map((run) => run.rps)),
      cpu_us_per_request: median(done.map((run) => run.cpu_us_per_request)),
      rss_peak_mb: median(done.map((run) => run.rss_peak_mb)),
      ours_by_this: { median: median(ratios), lowest: Math.min(...ratios), highest: Math.max(...ratios) },
    };
  });
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ tool, rps, cpu_us_per_request, rss_peak_mb, ours_by_this: { median: mid, lowest, highest } }) => {
      const ratio = tool === BASE ? '' : `${mid.toFixed(2)} (${lowest.toFixed(2)}–${highest.toFixed(2)})`;
      return `| ${tool} | ${Math.round(rps)} | ${cpu_us_per_request.toFixed(1)} | ${Math.round(rss_peak_mb)} | ${ratio} |`;
    },
  );
  return [
    '| tool | requests/s | CPU µs/request | peak memory MiB | benchwright ÷ it |',
    '|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

async function main(): Promise<void> {
  if (availableParallelism() < 2)
    throw new Error('this benchmark needs two cores: one for nginx, one for the generator');
  const tools = TOOLS.filter((tool): tool is Runner => tool.run !== null);
  for (const { name, run } of TOOLS) if (run === null) process.stderr.write(`${name} is not installed: left out\n`);
  await using _ = await holdMeasureLock();
  const host = `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${cpus().length} cores, Linux ${release()}, Node ${process.version}`;
  const load_1m_before = loadavg()[0] ?? Number.NaN;
  const rows = summarise(await measure(tools));
  const measured_at = new Date().toISOString();
  const how = `${CONNECTIONS} connections, ${ROUNDS} rounds of ${SECONDS} s each, nginx on core ${SERVER_CPU}, generator on core ${GENERATOR_CPU}`;
  process.stdout.write(
    `${table(rows)}\n\n${how}\n${host}; load before: ${load_1m_before.toFixed(2)}; ${measured_at}\n`,
  );
  const folder = fileURLToPath(new URL('../../results/', import.meta.url));
  await mkdir(folder, { recursive: true });
  await writeFile(
    `${folder}bench-engine.json`,
    `${JSON.stringify({ measured_at, host, how, load_1m_before, rows }, null, 2)}\n`,
  );
  const byWrk = rows.find(({ tool }) => tool === 'wrk')?.ours_by_this.median;
  if (byWrk !== undefined && byWrk < FLOOR_OF_WRK) {
    process.stderr.write(`below ${FLOOR_OF_WRK} × wrk\n`);
    process.exitCode = 3;
  }
}

await main();
