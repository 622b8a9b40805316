import type { LoadMessage } from '../../core/load-result.ts';
import { always, getRoot, type LoadPlan } from '../../core/load-plan.ts';
import type { NoiseTrial } from '../../core/noise/noise-report.ts';
import { seededRandom, shuffled } from '../../core/random.ts';
import { runEngine } from '../../load/run-engine.ts';
import { startServerChild } from '../../load/server-child.ts';

export interface NoisePlan {
  readonly blocks: number;
  readonly window_s: number;
  readonly seed: number;
  readonly serverCpus: readonly number[];
  readonly generatorCpus: readonly number[];
}

export interface NoiseListener {
  readonly signal: AbortSignal;
  /** Before each run, from 1. */
  readonly onTrial: (k: number, of: number) => void;
  readonly onMessage: (message: LoadMessage) => void;
}

/** Enough for the server's code to be compiled. */
export const WARMUP_S = 0.5;
/** Keeps one thread of the server busy. */
const CONNECTIONS = 16;

const SIDES = ['a', 'b'] as const;

/** Blocks of two runs in a shuffled order, each against a fresh process of the same server; nothing runs when it returns or throws. */
export async function measureNoise(plan: NoisePlan, listener: NoiseListener): Promise<NoiseTrial[]> {
  const trials: NoiseTrial[] = [];
  for (let block = 1; block <= plan.blocks; block += 1) {
    for (const side of shuffled(SIDES, seededRandom(plan.seed, 'order', String(block)))) {
      listener.signal.throwIfAborted();
      listener.onTrial(trials.length + 1, plan.blocks * SIDES.length);
      trials.push({ block, side, ...(await measureOnce(plan, block, listener)) });
    }
  }
  return trials;
}

async function measureOnce(plan: NoisePlan, block: number, { signal, onMessage }: NoiseListener) {
  const server = await startServerChild('busy-server-main', plan.serverCpus);
  try {
    const load = loadPlan(plan, block, server.port);
    const result = await runEngine(load, { signal, cpus: plan.generatorCpus, onMessage });
    // What was stopped is no measurement.
    signal.throwIfAborted();
    return {
      throughput_rps: result.throughput_rps,
      latency_mean_ms: result.latency_ms.mean,
      latency_p95_ms: result.withheld.includes('p95') ? null : result.latency_ms.p95,
      void: result.void,
    };
  } finally {
    await server.stop();
  }
}

function loadPlan({ window_s, seed }: NoisePlan, block: number, port: number): LoadPlan {
  return {
    host: '127.0.0.1',
    port,
    workload: always(getRoot(null)),
    model: { kind: 'connections', connections: CONNECTIONS },
    warmup_s: WARMUP_S,
    window_s,
    timeout_s: 2,
    seed: seed + block,
  };
}
