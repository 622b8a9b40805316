import type { LoadModel } from '../../../src/core/load-plan.ts';
import type { LoadMessage, LoadResult } from '../../../src/core/load-result.ts';
import { openRate } from './open-rate.ts';
import { type Bench, type Form, type Proof, type ProofCase, proofCase } from './proof.ts';
import { judgeStalled, judgeStalledSearch, judgeUndisturbed } from './trusted.ts';
import { truthRun } from './truth-run.ts';
import { withBlockedLoop } from './blocked-loop.ts';

const STOP_MS = 1000;
const BLOCK = { for_ms: 20, every_ms: 200 };
const DELAY_MS = 2;
const CONNECTIONS = 32;

const pool = { connections: CONNECTIONS, max_connections: CONNECTIONS };
const think_time = { kind: 'uniform', lo_s: 0.05, hi_s: 0.1 } as const;
const MODELS = {
  connections: { kind: 'connections', connections: 4 },
  users: { kind: 'users', users: 20, think_time, ramp_users_per_s: 1000 },
  'rate, constant': openRate(200, CONNECTIONS),
  'rate, Poisson': openRate(200, CONNECTIONS, 'poisson'),
  stages: { kind: 'stages', stages: [{ from_rps: 100, to_rps: 300, for_s: 1.6 }], arrivals: 'poisson', ...pool },
  capacity: {
    kind: 'capacity',
    limit: { quantile: 0.95, latency_ms: 50, error_rate: 0.01 },
    start_rps: 100,
    arrivals: 'constant',
    ...pool,
  },
} as const satisfies Record<string, LoadModel>;
type ModelName = keyof typeof MODELS;

const WINDOW_S = 1.6;

interface Disturbance {
  readonly engine: (bench: Bench, model: LoadModel) => Promise<LoadResult>;
  readonly name: string;
}

const run = async (bench: Bench, model: LoadModel, onMessage?: (message: LoadMessage, engine: number) => void) => {
  const script = { kind: 'constant', ms: DELAY_MS } as const;
  const change = { model, window_s: WINDOW_S };
  const { result } = await truthRun(bench, script, change, {
    onMessage: (message, { engine }) => onMessage?.(message, engine),
  });
  return result;
};

const stopped: Disturbance = {
  name: `stopped for ${STOP_MS} ms`,
  engine: async (bench, model) => {
    let resumed: Promise<void> | null = null;
    const result = await run(bench, model, (message, engine) => {
      if (resumed !== null || message.type !== 'phase' || message.phase !== 'window') return;
      process.kill(engine, 'SIGSTOP');
      const { promise, resolve } = Promise.withResolvers<void>();
      resumed = promise;
      setTimeout(() => {
        process.kill(engine, 'SIGCONT');
        resolve();
      }, STOP_MS);
    });
    await resumed;
    return result;
  },
};

const blocked: Disturbance = {
  name: `its loop blocked ${BLOCK.for_ms} ms every ${BLOCK.every_ms} ms`,
  engine: (bench, model) => withBlockedLoop(BLOCK, () => run(bench, model)),
};

/** More work on the host only makes a disturbed generator worse: it cannot look cleaner for it. */
function stalledCase({ name, engine }: Disturbance, model: ModelName): ProofCase {
  return proofCase({
    proof: 'T4',
    name: `${model}: ${name}`,
    isTiming: false,
    measure: (bench) => engine(bench, MODELS[model]),
    judge: model === 'capacity' && name === blocked.name ? judgeStalledSearch : judgeStalled,
  });
}

function controlCase(model: ModelName): ProofCase {
  return proofCase({
    proof: 'T4',
    name: `${model}: left alone`,
    isTiming: true,
    measure: (bench) => run(bench, MODELS[model]),
    judge: judgeUndisturbed,
  });
}

/** The short forms of the closed models are in test/load/stalled-generator.test.ts. */
const SHORT = {
  stopped: ['rate, Poisson', 'stages', 'capacity'],
  blocked: ['rate, constant', 'capacity'],
} as const;

function cases(form: Form): ProofCase[] {
  if (form === 'short')
    return [
      ...SHORT.stopped.map((model) => stalledCase(stopped, model)),
      ...SHORT.blocked.map((model) => stalledCase(blocked, model)),
    ];
  return (Object.keys(MODELS) as ModelName[]).flatMap((model) => [
    stalledCase(stopped, model),
    stalledCase(blocked, model),
    controlCase(model),
  ]);
}

export const T4: Proof = {
  id: 'T4',
  claim: 'a stalled generator, in every model',
  passes: 'withheld or void, never clean; left alone not void',
  cases,
};
