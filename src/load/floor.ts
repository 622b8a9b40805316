import { always, getRoot, type LoadModel, type LoadPlan, type ModelOf } from '../core/load-plan.ts';
import { runEngine } from './run-engine.ts';
import { startServerChild } from './server-child.ts';

/** The engine's floor at one load level, against a server that does nothing. */
export interface Floor {
  readonly p50_ms: number | null;
  readonly mean_ms: number | null;
  readonly p99_ms: number | null;
  readonly throughput_rps: number;
}

export interface FloorOptions {
  readonly model: LoadModel;
  /** Of the generator, as the load itself has them. */
  readonly threads?: number | undefined;
  readonly serverCpus?: readonly number[] | undefined;
  readonly generatorCpus?: readonly number[] | undefined;
  readonly signal: AbortSignal;
  /** Called with the process id of either side as soon as it runs. */
  readonly onStart?: (pid: number) => void;
}

/** Together below core's `FLOOR_S`, with the start of two processes. */
const WINDOW_S = 1;
const WARMUP_S = 0.3;
const RAMP_S = 0.2;
/** With think times, this many requests are wanted in the floor's window: enough for a median, and half for a p99. */
const WANTED_REQUESTS = 500;

type UsersModel = ModelOf<'users'>;

function meanThinkS(think: UsersModel['think_time']): number {
  if (think.kind === 'constant') return think.s;
  return think.kind === 'uniform' ? (think.lo_s + think.hi_s) / 2 : think.mean_s;
}

/**
 * The same users with their think times shortened, by one factor, to what a window of 1 s needs for 500 requests; never
 * lengthened. The floor is then that of a higher rate than the cell's: still far from what either side can do.
 */
function shortened(model: UsersModel): UsersModel {
  const factor = Math.min(
    1,
    (model.users * WINDOW_S) / (WANTED_REQUESTS * Math.max(meanThinkS(model.think_time), 1e-9)),
  );
  const think = model.think_time;
  const ramp = model.users / RAMP_S;
  const rest = { ...model, ramp_users_per_s: Math.max(ramp, model.ramp_users_per_s) };
  if (think.kind === 'constant') return { ...rest, think_time: { kind: 'constant', s: think.s * factor } };
  if (think.kind === 'exponential') {
    return { ...rest, think_time: { kind: 'exponential', mean_s: think.mean_s * factor } };
  }
  return { ...rest, think_time: { kind: 'uniform', lo_s: think.lo_s * factor, hi_s: think.hi_s * factor } };
}

function peakRps(model: Exclude<LoadModel, UsersModel | ModelOf<'connections'>>): number {
  if (model.kind === 'rate') return model.rate_rps;
  return model.kind === 'capacity' ? model.start_rps : Math.max(...model.stages.flatMap((s) => [s.from_rps, s.to_rps]));
}

/** Of an open model the peak, at least what gives 500 requests; of a search the rate that it begins with, since none is known yet. */
function floorModel(model: LoadModel): LoadModel {
  switch (model.kind) {
    case 'users':
      return shortened(model);
    case 'connections':
      return model;
    default: {
      const { arrivals, connections, max_connections } = model;
      const rate_rps = Math.max(peakRps(model), WANTED_REQUESTS / WINDOW_S);
      return { kind: 'rate', rate_rps, arrivals, connections, max_connections };
    }
  }
}

function floorPlan({ model, threads }: FloorOptions, port: number): LoadPlan {
  return {
    host: '127.0.0.1',
    port,
    workload: always(getRoot('{"message":"Hello"}')),
    model: floorModel(model),
    warmup_s: WARMUP_S,
    window_s: WINDOW_S,
    timeout_s: 2,
    seed: 1,
    threads,
  };
}

/**
 * Measures the floor of a load level in about 2 s: what the same users or connections see of a server that does nothing.
 * @throws EngineError when the engine fails.
 */
export async function measureFloor(options: FloorOptions): Promise<Floor> {
  const server = await startServerChild('null-server-main', options.serverCpus, options.onStart);
  try {
    const result = await runEngine(floorPlan(options, server.port), {
      signal: options.signal,
      cpus: options.generatorCpus,
      ...(options.onStart && { onStart: options.onStart }),
    });
    const { p50, mean, p99 } = result.service_ms;
    return { p50_ms: p50, mean_ms: mean, p99_ms: p99, throughput_rps: result.throughput_rps };
  } finally {
    await server.stop();
  }
}
