import type { Cell } from '../matrix.ts';
import type { TrialRow } from '../results.ts';
import type { Block } from '../schedule.ts';
import { failedCount } from '../validity/accounting.ts';
import { measured } from '../validity/facts.ts';
import type { JudgedCell } from './judged-cells.ts';
import { lowerLevel } from './judged-cells.ts';
import type { JudgedTrial } from './judged-trials.ts';
import { labelTrials } from './label-trials.ts';

/** All runs in the order of the experiment: each block by its schedule, then the block's second runs. */
export function trialRows(cells: readonly JudgedCell[], schedule: readonly Block[]): TrialRow[] {
  const places = positions(
    schedule,
    cells.flatMap((cell) => cell.trials),
  );
  return cells
    .flatMap((cell) => cell.trials.map((trial) => trialRow(cell, cells, trial, places.get(trial.id) ?? 0)))
    .sort((a, b) => a.position - b.position || a.run - b.run);
}

/** Place of each run, from 1. A trial that is not there keeps its place, so that places do not move while it runs. */
export function positions(schedule: readonly Block[], trials: readonly JudgedTrial[]): Map<string, number> {
  const places = new Map<string, number>();
  let next = 1;
  for (const { block, cells } of schedule) {
    const ofBlock = trials.filter(({ result }) => result.block === block);
    for (const cell of cells) {
      for (const trial of ofBlock) if (trial.result.cell === cell && trial.result.run === 1) places.set(trial.id, next);
      next += 1;
    }
    for (const cell of cells) {
      const again = ofBlock.find(({ result }) => result.cell === cell && result.run === 2);
      if (again === undefined) continue;
      places.set(again.id, next);
      next += 1;
    }
  }
  return places;
}

function identity(cell: Cell) {
  const { load } = cell;
  return {
    cell: cell.cell,
    deployment: cell.deployment,
    workers: cell.workers,
    users: load.kind === 'users' ? load.users : null,
    connections: load.kind === 'connections' ? load.connections : null,
  };
}

function trialRow(cell: JudgedCell, cells: readonly JudgedCell[], trial: JudgedTrial, position: number): TrialRow {
  const { result, metrics, facts } = trial;
  const { load, failure } = result;
  const run = measured(facts);
  return {
    id: trial.id,
    ...identity(cell.cell),
    block: result.block,
    run: result.run,
    position,
    state: result.state,
    step: failure?.step ?? null,
    reason: failure?.reason ?? null,
    says: failure?.says ?? null,
    usable: trial.counts && trial.sound !== null,
    started_at: result.started_at,
    requests: load?.requests ?? null,
    ok: load?.ok ?? null,
    failed: load === null ? null : failedCount(load),
    throughput_rps: metrics.throughput_rps.value,
    answered_rps: load?.answered_rps ?? null,
    latency_mean_ms: metrics.latency_mean_ms.value,
    latency_p50_ms: metrics.latency_p50_ms.value,
    latency_p90_ms: metrics.latency_p90_ms.value,
    latency_p95_ms: metrics.latency_p95_ms.value,
    latency_p99_ms: metrics.latency_p99_ms.value,
    latency_max_ms: metrics.latency_max_ms.value,
    service_p50_ms: load?.service_ms.p50 ?? null,
    error_rate: metrics.error_rate.value,
    server_cpu_ms_per_request: metrics.server_cpu_ms_per_request.value,
    server_rss_peak_mb: metrics.server_rss_peak_mb.value,
    generator_busy: load?.generator.busy ?? null,
    sched_lag_p99_ms: load?.sched_lag_ms.p99 ?? null,
    void: load?.void ?? null,
    bottleneck: run === null ? null : labelTrials(cell.cell, [run], lowerLevel(cell, cells)?.answered_rps ?? null),
    ready_ms: result.timing.ready_ms,
    rate_rps: cell.cell.load.kind === 'rate' ? cell.cell.load.rate_rps : null,
    capacity_rps: metrics.capacity_rps.value,
  };
}
